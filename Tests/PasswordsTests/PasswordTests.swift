// Proves what a password may be, that only the same one with the same pepper opens its hash, and when it is hashed
// anew.
import Bytes
import Testing

@testable import Passwords

struct PasswordTests {
    private let cheap = PasswordHashTests.cheap
    private let pepper = SecretBytes([UInt8](repeating: 7, count: 32))

    @Test func lengthsAtTheirLimits() throws {
        #expect(throws: PasswordError.tooShort(minimum: 15)) { try Password(chosen: String(repeating: "a", count: 14)) }
        _ = try Password(chosen: String(repeating: "字", count: 15))
        // One character of many scalars is many to type.
        _ = try Password(chosen: String(repeating: "e\u{301}", count: 8))
        _ = try Password(chosen: String(repeating: "a", count: 1024))
        #expect(throws: PasswordError.tooLong(maximum: 1024)) {
            try Password(presented: String(repeating: "a", count: 1025))
        }
        _ = try Password(presented: "")
    }

    @Test func onlyTheSameOpens() throws {
        let password = try Password(chosen: "correct horse battery")
        let hash = try password.hash(cost: cheap, pepper: pepper)
        #expect(try password.verify(hash, pepper: pepper, today: cheap) == .right(isWeak: false))
        #expect(try password.verify(hash, pepper: nil, today: cheap) == .wrong)
        #expect(try password.verify(hash, pepper: SecretBytes([1]), today: cheap) == .wrong)
        let other = try Password(presented: "correct horse batterz")
        #expect(try other.verify(hash, pepper: pepper, today: cheap) == .wrong)
        let again = try PasswordHash(hash.text)
        #expect(try password.verify(again, pepper: pepper, today: cheap) == .right(isWeak: false))
    }

    @Test func saltsDiffer() throws {
        let password = try Password(chosen: "correct horse battery")
        #expect(try password.hash(cost: cheap).text != password.hash(cost: cheap).text)
    }

    @Test(arguments: [(64, 1, 1, false), (65, 1, 1, true), (64, 2, 1, true), (64, 1, 2, true), (32, 1, 1, false)])
    func weakWhereAnyNumberIsLess(memory: UInt32, passes: UInt32, lanes: UInt32, isWeak: Bool) throws {
        let password = try Password(chosen: "correct horse battery")
        let hash = try password.hash(cost: cheap)
        let today = PasswordCost(memoryKibibytes: memory, passes: passes, lanes: lanes)
        #expect(try password.verify(hash, today: today) == .right(isWeak: isWeak))
    }
}
