// Proves that keys carry their name and their check digits, are found by digest only, and stop working when they
// should.
import Bytes
import Crypto
import Testing
import Vocabulary

@testable import Identity

private let pepper = SecretBytes([UInt8](repeating: 7, count: 32))

private func directory(_ change: (inout APIKey, inout Account, inout Person) -> Void = { _, _, _ in }) throws -> (
    Directory, KeyText
) {
    let text = try #require(KeyText(random: SecureRandom.bytes(64)))
    var person = Person(
        id: PersonID("p1"), name: "A", title: "T", entity: EntityID("e"), site: Country("GB"), classes: .foreign,
        roles: [.employee])
    var account = Account(id: AccountID("a1"), holder: .person(person.id))
    var key = APIKey(
        id: text.id, digest: text.digest(under: HMAC(key: pepper)), account: account.id, useCase: UseCaseID("u"),
        owner: person.id,
        created: Instant(seconds: 100), acceptedTerms: "2026-01-01")
    change(&key, &account, &person)
    var directory = Directory()
    directory.currentTerms = "2026-01-01"
    directory.put(person)
    directory.put(account)
    directory.put(key)
    return (directory, text)
}

struct KeyTests {
    @Test func textHasNameSecretAndCheck() throws {
        let key = try #require(KeyText(random: SecureRandom.bytes(64)))
        let text = key.reveal()
        #expect(text.utf8.count == KeyText.length)
        #expect(text.hasPrefix("pck_\(key.id)_"))
        #expect(try KeyText(text).id == key.id)
        #expect("\(key)".contains("<secret>") && !"\(key)".contains(text.suffix(46)))
    }

    @Test func everyWrongDigitIsFound() throws {
        let text = Array(try #require(KeyText(random: SecureRandom.bytes(64))).reveal().utf8)
        for index in 15..<text.count {
            var wrong = text
            wrong[index] = wrong[index] == 0x41 ? 0x42 : 0x41
            #expect(throws: KeyText.Fault.damaged) { try KeyText(String(decoding: wrong, as: UTF8.self)) }
        }
    }

    @Test(arguments: ["", "sk-123", "pck_", String(repeating: "x", count: 61)])
    func otherTextsAreNoKeys(text: String) {
        #expect(throws: KeyText.Fault.notAKey) { try KeyText(text) }
    }

    @Test func aKeyOpens() throws {
        let (directory, text) = try directory()
        let caller = try directory.caller(.key(text), pepper: HMAC(key: pepper), at: Instant(seconds: 200))
        #expect(caller.persons.map(\.id) == [PersonID("p1")])
        #expect(caller.unknownPersons == 0)
    }

    @Test func anotherSecretUnderTheSameNameDoesNot() throws {
        let (directory, text) = try directory()
        let other = HMAC(key: SecretBytes([UInt8](repeating: 8, count: 32)))
        #expect(throws: Directory.Rejection.unknown) {
            try directory.caller(.key(text), pepper: other, at: Instant(seconds: 200))
        }
    }

    static let rejections: [(Directory.Rejection, @Sendable (inout APIKey, inout Account, inout Person) -> Void)] = [
        (.revoked, { key, _, _ in key.revoked = Instant(seconds: 150) }),
        (.expired, { key, _, _ in key.expires = Instant(seconds: 200) }),
        (.inactive, { _, account, _ in account.isActive = false }),
        (.inactive, { _, _, person in person.isActive = false }),
        (.inactive, { key, _, _ in key.owner = PersonID("gone") }),
        (.inactive, { key, _, _ in key.account = AccountID("gone") }),
        (.termsNotAccepted(current: "2026-01-01"), { key, _, _ in key.acceptedTerms = nil }),
        (.termsNotAccepted(current: "2026-01-01"), { key, _, _ in key.acceptedTerms = "2025-01-01" }),
    ]

    @Test(arguments: rejections.indices)
    func rejects(index: Int) throws {
        let (directory, text) = try directory(KeyTests.rejections[index].1)
        #expect(throws: KeyTests.rejections[index].0) {
            try directory.caller(.key(text), pepper: HMAC(key: pepper), at: Instant(seconds: 200))
        }
    }

    @Test func boundsAreHalfOpen() throws {
        let (directory, text) = try directory { key, _, _ in key.expires = Instant(seconds: 201) }
        #expect(throws: Never.self) {
            try directory.caller(.key(text), pepper: HMAC(key: pepper), at: Instant(seconds: 200))
        }
    }

    @Test func aServiceHasAllItsAccountablePersons() throws {
        let (directory, text) = try directory { _, account, _ in
            account.holder = .service(accountable: [PersonID("p1"), PersonID("p2")])
        }
        let caller = try directory.caller(.key(text), pepper: HMAC(key: pepper), at: Instant(seconds: 200))
        #expect(caller.persons.count == 1 && caller.unknownPersons == 1)
    }
}
