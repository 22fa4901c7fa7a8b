// Proves that credentials come back as they were put, that a counter only rises, that neither a passkey nor a
// provider's subject passes to another account unnoticed, and that a changed password outlives a late rehash.
import Authentication
import Bytes
import Crypto
import Files
import Passwords
import Storage
import Testing
import Vocabulary

@testable import Stores

struct ControlCredentialsTests {
    private let alice: AccountID = AccountID("alice")
    private let bob: AccountID = AccountID("bob")
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func withStore(_ body: (ControlStore) throws -> Void) throws {
        let folder = "/tmp/portcullis-store-" + Hex.encode(SecureRandom.bytes(6))
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        try body(try ControlStore(path: folder + "/control.sqlite"))
    }

    private func hash(_ salt: Character) throws -> PasswordHash {
        try PasswordHash(
            "$argon2id$v=19$m=65536,t=3,p=1$" + String(repeating: salt, count: 20) + "AA$"
                + String(repeating: "B", count: 42) + "A")
    }

    /// RFC 8032 section 7.1, test 1.
    private func passkey(_ id: [UInt8], counter: UInt32 = 0) throws -> Passkey {
        let point = try #require(Hex.decode("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        return Passkey(
            id: id, userHandle: [9, 8, 7], key: try VerificationKey(ed25519: point), algorithm: .edDSA,
            model: Array(repeating: 3, count: 16), counter: counter, canBeBackedUp: true, isBackedUp: false,
            created: start)
    }

    @Test func aPasswordIsKeptAndReplaced() throws {
        try withStore { store in
            #expect(try store.password(of: alice) == nil)
            let given = StoredPassword(hash: try hash("C"), changed: start, mustChange: true)
            try store.put(given, of: alice)
            #expect(try store.password(of: alice) == given)
            #expect(try store.password(of: bob) == nil)
            let own = StoredPassword(hash: try hash("D"), changed: start.adding(seconds: 1), mustChange: false)
            try store.put(own, of: alice)
            #expect(try store.password(of: alice) == own)
        }
    }

    @Test func aLateRehashDoesNotBringTheOldPasswordBack() throws {
        try withStore { store in
            let (old, today, changed) = (try hash("C"), try hash("D"), try hash("E"))
            try store.put(StoredPassword(hash: old, changed: start, mustChange: true), of: alice)
            #expect(try store.rehash(alice, from: old, to: today))
            let kept = StoredPassword(hash: today, changed: start, mustChange: true)
            #expect(try store.password(of: alice) == kept)
            try store.put(StoredPassword(hash: changed, changed: start, mustChange: false), of: alice)
            #expect(try store.rehash(alice, from: today, to: old) == false)
            #expect(try store.password(of: alice)?.hash == changed)
        }
    }

    @Test func aDamagedHashIsNoPassword() throws {
        try withStore { store in
            try store.put(StoredPassword(hash: try hash("C"), changed: start, mustChange: false), of: alice)
            try store.database.run("UPDATE passwords SET hash = 'x'", [])
            #expect(throws: StorageError.self) { try store.password(of: alice) }
        }
    }

    @Test func aPasskeyComesBackAsItWas() throws {
        try withStore { store in
            let put = try passkey([1, 0, 255], counter: .max)
            #expect(try store.add(StoredPasskey(passkey: put, account: alice, name: "blue key")))
            let found = try #require(try store.passkey([1, 0, 255]))
            #expect(found.account == alice && found.name == "blue key" && found.used == nil)
            #expect(found.passkey.id == put.id && found.passkey.userHandle == put.userHandle)
            #expect(found.passkey.key.subjectPublicKeyInfo == put.key.subjectPublicKeyInfo)
            #expect(found.passkey.algorithm == .edDSA && found.passkey.model == put.model)
            #expect(found.passkey.counter == .max && found.passkey.canBeBackedUp && !found.passkey.isBackedUp)
            #expect(found.passkey.created == start)
            #expect(try store.passkey([1, 0]) == nil)
        }
    }

    @Test func aRegisteredIdIsNotTakenOver() throws {
        try withStore { store in
            #expect(try store.add(StoredPasskey(passkey: try passkey([1]), account: alice, name: "hers")))
            let his = StoredPasskey(passkey: try passkey([1]), account: bob, name: "his")
            #expect(try store.add(his) == false)
            #expect(try store.passkey([1])?.account == alice)
            #expect(try store.passkeys(of: bob).isEmpty)
            #expect(try store.remove(passkey: [1], of: bob) == false)
            #expect(try store.remove(passkey: [1], of: alice))
            #expect(try store.passkey([1]) == nil)
        }
    }

    /// What is stored, what an assertion shows, whether it counts.
    @Test(
        arguments: [
            (0, 0, true), (0, 1, true), (1, 2, true), (1, 1, false), (2, 1, false), (1, 0, false),
            (.max - 1, .max, true), (.max, .max, false),
        ] as [(UInt32, UInt32, Bool)])
    func aCounterOnlyRises(stored: UInt32, shown: UInt32, counts: Bool) throws {
        try withStore { store in
            let added = StoredPasskey(passkey: try passkey([1], counter: stored), account: alice, name: "")
            #expect(try store.add(added))
            var asserted = try passkey([1], counter: shown)
            asserted.isBackedUp = true
            let now = start.adding(seconds: 5)
            #expect(try store.noteUse(of: asserted, at: now) == counts)
            let found = try #require(try store.passkey([1]))
            #expect(found.passkey.counter == (counts ? shown : stored))
            #expect(found.passkey.isBackedUp == counts)
            #expect(found.used == (counts ? now : nil))
        }
    }

    @Test func aRemovedPasskeyIsNotUsed() throws {
        let unknown = try passkey([1])
        try withStore { (store) throws in #expect(try store.noteUse(of: unknown, at: start) == false) }
    }

    @Test func aSubjectIsOneAccounts() throws {
        try withStore { (store) throws in
            let issuer = "https://id.example"
            #expect(try store.bind(issuer: issuer, subject: "s1", to: alice, at: start))
            #expect(try store.bind(issuer: issuer, subject: "s1", to: alice, at: start))
            #expect(try store.bind(issuer: issuer, subject: "s1", to: bob, at: start) == false)
            #expect(try store.account(issuer: issuer, subject: "s1") == alice)
            // Neither another spelling nor another provider's subject of the same name.
            #expect(try store.account(issuer: issuer, subject: "S1") == nil)
            #expect(try store.account(issuer: "https://other.example", subject: "s1") == nil)
            #expect(try store.unbind(issuer: issuer, subject: "s1", from: bob) == false)
            #expect(try store.unbind(issuer: issuer, subject: "s1", from: alice))
            #expect(try store.bind(issuer: issuer, subject: "s1", to: bob, at: start))
        }
    }

    @Test func aResetLeavesNothingOfOneAccountAndAllOfOthers() throws {
        try withStore { store in
            for (number, account) in [alice, bob].enumerated() {
                let id = UInt8(truncatingIfNeeded: number)
                try store.put(StoredPassword(hash: try hash("C"), changed: start, mustChange: false), of: account)
                #expect(try store.add(StoredPasskey(passkey: try passkey([id]), account: account, name: "")))
                #expect(try store.bind(issuer: "https://id.example", subject: "\(number)", to: account, at: start))
            }
            try store.removeCredentials(of: alice)
            #expect(try store.password(of: alice) == nil)
            #expect(try store.passkeys(of: alice).isEmpty)
            #expect(try store.account(issuer: "https://id.example", subject: "0") == nil)
            #expect(try store.password(of: bob) != nil)
            #expect(try store.passkeys(of: bob).count == 1)
            #expect(try store.account(issuer: "https://id.example", subject: "1") == bob)
        }
    }

    /// A gateway that follows the changes has nothing to fetch.
    @Test func credentialsAreNoChangeForGateways() throws {
        try withStore { store in
            let before = try store.revision()
            try store.put(StoredPassword(hash: try hash("C"), changed: start, mustChange: false), of: alice)
            #expect(try store.add(StoredPasskey(passkey: try passkey([1]), account: alice, name: "")))
            #expect(try store.bind(issuer: "https://id.example", subject: "s", to: alice, at: start))
            #expect(try store.revision() == before)
        }
    }
}
