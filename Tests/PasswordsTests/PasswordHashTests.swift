// Proves that hashes are read in one spelling and within bounds, and that Argon2id gives the published tags.
import Bytes
import Testing

@testable import Passwords

struct PasswordHashTests {
    /// RFC 9106 section 5.3.
    @Test func publishedTag() throws {
        let tag = try Argon2id.tag(
            SecretBytes([UInt8](repeating: 1, count: 32)), salt: [UInt8](repeating: 2, count: 16),
            secret: SecretBytes([UInt8](repeating: 3, count: 8)), associated: [UInt8](repeating: 4, count: 12),
            cost: PasswordCost(memoryKibibytes: 32, passes: 3, lanes: 4), length: 32)
        #expect(Hex.encode(tag) == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")
    }

    static let cheap = PasswordCost(memoryKibibytes: 64, passes: 1, lanes: 1)

    /// The reference implementation's own test of the encoded form: `password`, `somesalt`, 64 MiB, two passes.
    @Test func publishedText() throws {
        let text = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        let hash = try PasswordHash(text)
        #expect(hash.text == text)
        #expect(try Password(presented: "password").verify(hash) == .right(isWeak: true))
        #expect(try Password(presented: "Password").verify(hash) == .wrong)
    }

    @Test(arguments: [
        "", "$", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ",
        "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$t=1,m=64,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=064,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1,data=AA$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ=$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHR$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAA",
        "$argon2id$v=19$m=99999999999,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    ])
    func anythingElseIsNoHash(text: String) {
        #expect(throws: PasswordError.notAHash) { try PasswordHash(text) }
    }

    /// At each limit, and one beyond it.
    @Test(arguments: [
        (262_144, 10, 4, true), (262_145, 1, 1, false), (64, 11, 1, false), (64, 1, 5, false), (64, 0, 1, false),
        (8, 1, 1, true), (7, 1, 1, false), (15, 1, 2, false), (64, 1, 0, false),
    ])
    func costIsBounded(memory: Int, passes: Int, lanes: Int, isTaken: Bool) {
        let text = "$argon2id$v=19$m=\(memory),t=\(passes),p=\(lanes)$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"
        if isTaken {
            #expect(throws: Never.self) { try PasswordHash(text) }
        } else {
            #expect(throws: PasswordError.unaffordable) { try PasswordHash(text) }
        }
    }

    @Test func standardIsAboveTheLeastAndWithinTheLimit() {
        let least = PasswordCost(memoryKibibytes: 19 * 1024, passes: 2, lanes: 1)
        #expect(PasswordCost.standard.isAtLeast(least))
        #expect(PasswordCost.standard.isAffordable)
    }
}
