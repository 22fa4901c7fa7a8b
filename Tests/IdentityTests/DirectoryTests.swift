// Proves that the packed directory answers as a plain one would, whatever is put, changed and taken away in whatever
// order; that a check allocates nothing; and that changes over and over take no more memory than at first.
import Bytes
import CAllocationCounter
import Crypto
import Testing
import Vocabulary

@testable import Identity

private let pepper = SecretBytes([UInt8](repeating: 7, count: 32))
private let now = Instant(seconds: 1_000)

/// The directory as one would write it without thinking of memory.
private struct PlainDirectory {
    var people: [PersonID: Person] = [:]
    var accounts: [AccountID: Account] = [:]
    var keys: [KeyID: APIKey] = [:]
    var sessions: [SessionID: Session] = [:]
    var terms = ""

    func rejection(_ bearer: BearerID) -> Directory.Rejection? {
        switch bearer {
        case .key(let id):
            guard let key = keys[id] else { return .unknown }
            if let revoked = key.revoked, revoked <= now { return .revoked }
            if let expires = key.expires, expires <= now { return .expired }
            guard isOpen(key.account), people[key.owner]?.isActive ?? false else { return .inactive }
            return key.acceptedTerms == terms ? nil : .termsNotAccepted(current: terms)
        case .session(let id):
            guard let session = sessions[id] else { return .unknown }
            if let revoked = session.revoked, revoked <= now { return .revoked }
            if session.hasEnded(at: now) { return .expired }
            guard isOpen(session.account) else { return .inactive }
            return session.acceptedTerms == terms ? nil : .termsNotAccepted(current: terms)
        }
    }

    private func isOpen(_ id: AccountID) -> Bool {
        guard let account = accounts[id], account.isActive else { return false }
        return account.accountable.allSatisfy { people[$0]?.isActive ?? true }
    }

    func persons(of account: AccountID) -> [Person] { (accounts[account]?.accountable ?? []).compactMap { people[$0] } }
}

/// Numbers that are the same in every run.
private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
    mutating func number(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func name(_ prefix: String) -> String {
        prefix + String(number(60)) + (number(3) == 0 ? "-with-a-name-longer-than-fifteen" : "")
    }
}

struct DirectoryTests {
    private func person(_ dice: inout Dice) throws -> Person {
        let padding = String(repeating: "很", count: dice.number(20))
        return Person(
            id: try #require(PersonID(dice.name("p"))), name: "N" + padding, title: padding,
            entity: try #require(EntityID("e\(dice.number(5))")), site: dice.number(2) == 0 ? nil : Country("HK"),
            classes: PossiblePersonClasses(rawValue: UInt8(1 + dice.number(3))),
            roles: Set(Role.allCases.shuffled(using: &dice).prefix(dice.number(4))),
            designations: dice.number(4) == 0 ? ["annex_a"] : [], isActive: dice.number(5) > 0)
    }

    private func account(_ dice: inout Dice) throws -> Account {
        let persons = try (0..<(1 + dice.number(4))).map { _ in try #require(PersonID(dice.name("p"))) }
        return Account(
            id: try #require(AccountID(dice.name("a"))),
            holder: dice.number(2) == 0 ? .person(persons[0]) : .service(accountable: persons),
            isActive: dice.number(6) > 0)
    }

    private func instant(_ dice: inout Dice) -> Instant? {
        dice.number(3) > 0 ? nil : Instant(seconds: Int64(990 + dice.number(20)))
    }

    private func key(_ dice: inout Dice) throws -> APIKey {
        APIKey(
            id: try #require(KeyID(dice.name("k"))), digest: .zero,
            account: try #require(AccountID(dice.name("a"))), useCase: try #require(UseCaseID("u\(dice.number(3))")),
            models: dice.number(3) == 0 ? [ModelID("m")] : nil,
            highestLabel: dice.number(3) == 0 ? DataLabel.allCases.randomElement(using: &dice) : nil,
            owner: try #require(PersonID(dice.name("p"))), created: now, expires: instant(&dice),
            revoked: instant(&dice), acceptedTerms: dice.number(4) > 0 ? "2026" : nil)
    }

    private func session(_ dice: inout Dice) throws -> Session {
        Session(
            id: try #require(SessionID(dice.name("s"))), digest: .zero,
            account: try #require(AccountID(dice.name("a"))), created: Instant(seconds: 900),
            expires: Instant(seconds: Int64(990 + dice.number(40))), idleSeconds: Int64(dice.number(20)),
            seen: Instant(seconds: Int64(985 + dice.number(16))), methods: [.password], revoked: instant(&dice),
            acceptedTerms: dice.number(4) > 0 ? "2026" : nil)
    }

    @Test(arguments: 0..<20)
    func answersAsAPlainOne(seed: Int) throws {
        var dice = Dice(state: UInt64(seed) &* 977 &+ 3)
        var plain = PlainDirectory()
        var packed = Directory()
        plain.terms = "2026"
        packed.currentTerms = "2026"
        for _ in 0..<2_000 {
            switch dice.number(9) {
            case 0, 1:
                let person = try person(&dice)
                plain.people[person.id] = person
                packed.put(person)
            case 2, 3:
                let account = try account(&dice)
                plain.accounts[account.id] = account
                packed.put(account)
            case 4, 5:
                let key = try key(&dice)
                plain.keys[key.id] = key
                packed.put(key)
            case 6, 7:
                var session = try session(&dice)
                packed.put(session)
                // What a node has seen of a session's use counts until the store knows more.
                session.seen = max(session.seen, plain.sessions[session.id]?.seen ?? session.seen)
                plain.sessions[session.id] = session
            default:
                let id = try #require(SessionID(dice.name("s")))
                plain.sessions[id] = nil
                packed.remove(id)
            }
        }
        try compare(plain, packed)
    }

    private func compare(_ plain: PlainDirectory, _ packed: Directory) throws {
        var opened = 0
        for number in 0..<60 {
            for tail in ["", "-with-a-name-longer-than-fifteen"] {
                let person = try #require(PersonID("p\(number)\(tail)"))
                #expect(packed.person(person) == plain.people[person])
                let account = try #require(AccountID("a\(number)\(tail)"))
                #expect(packed.account(account) == plain.accounts[account])
                let key = try #require(KeyID("k\(number)\(tail)"))
                let session = try #require(SessionID("s\(number)\(tail)"))
                for bearer in [BearerID.key(key), .session(session)] {
                    do throws(Directory.Rejection) {
                        let caller = try packed.caller(bearer, at: now)
                        opened += 1
                        #expect(plain.rejection(bearer) == nil && caller.bearer == bearer)
                        let known = plain.persons(of: caller.account.id)
                        #expect(caller.persons == known)
                        #expect(caller.unknownPersons == caller.account.accountable.count - known.count)
                        if let key = plain.keys[key], bearer.key != nil {
                            #expect(caller.useCase == key.useCase && caller.models == key.models)
                            #expect(caller.highestLabel == key.highestLabel && caller.account.id == key.account)
                        }
                    } catch { #expect(plain.rejection(bearer) == error) }
                }
            }
        }
        #expect(opened > 0)
    }

    @Test func changesOverAndOverTakeNoMoreMemory() throws {
        var dice = Dice(state: 5)
        var directory = Directory()
        func turn() throws {
            for _ in 0..<20_000 {
                directory.put(try person(&dice))
                directory.put(try account(&dice))
                directory.put(try key(&dice))
                directory.put(try session(&dice))
                if let id = SessionID(dice.name("s")) { directory.remove(id) }
            }
        }
        try turn()
        let first = directory.heldBytes
        try turn()
        #expect(directory.heldBytes <= first + 65_536)
    }

    // MARK: Allocations

    private func loaded(_ people: Int) throws -> (Directory, KeyText, SessionText) {
        var directory = Directory()
        directory.currentTerms = "2026-01-01"
        let hmac = HMAC(key: pepper)
        let (key, session) = (
            try #require(KeyText(random: SecureRandom.bytes(256))),
            try #require(SessionText(random: SecureRandom.bytes(256)))
        )
        for number in 0..<people {
            let (person, account) = (
                try #require(PersonID("person-\(number)")), try #require(AccountID("account-\(number)"))
            )
            directory.put(
                Person(
                    id: person, name: "N", title: "T", entity: EntityID("e"), site: nil, classes: .unknown, roles: []))
            directory.put(Account(id: account, holder: .person(person)))
            let isIt = number == people / 2
            directory.put(
                APIKey(
                    id: isIt ? key.id : try #require(KeyID("K\(number)")),
                    digest: isIt ? key.digest(under: hmac) : .zero, account: account, useCase: UseCaseID("u"),
                    owner: person, created: now, acceptedTerms: "2026-01-01"))
            guard isIt else { continue }
            directory.put(
                Session.begin(
                    session, under: hmac, account: account, methods: [.passkey], acceptedTerms: "2026-01-01", at: now))
        }
        return (directory, key, session)
    }

    @Test func aCheckAllocatesNothing() throws {
        var (directory, key, session) = try loaded(5_000)
        let hmac = HMAC(key: pepper)
        let (byKey, bySession) = (BearerText.key(key), BearerText.session(session))
        var held = 0
        func check() throws(Directory.Rejection) {
            held += Int(try directory.check(byKey, pepper: hmac, at: now).row)
            let match = try directory.check(bySession, pepper: hmac, at: now)
            if directory.touch(match, at: now) { held += 1 }
            held += Int(try directory.check(byKey.id, at: now).row)
        }
        try check()
        let before = portcullis_allocation_count()
        for _ in 0..<1_000 { try check() }
        #expect(portcullis_allocation_count() - before == 0)
        #expect(held > 0)
    }

    // MARK: Sessions

    @Test func aSessionEndsByItselfAndByUse() throws {
        var (directory, _, session) = try loaded(3)
        let hmac = HMAC(key: pepper)
        func rejection(_ seconds: Int64) -> Directory.Rejection? {
            do throws(Directory.Rejection) {
                directory.touch(
                    try directory.check(session, pepper: hmac, at: now.adding(seconds: seconds)),
                    at: now.adding(seconds: seconds))
                return nil
            } catch { return error }
        }
        let idle = Session.longestIdleSeconds
        // Used often enough it lives until its end, and not a second longer.
        for seconds in stride(from: 0, to: Session.longestSeconds, by: Int64.Stride(idle - 1)) {
            #expect(rejection(seconds) == nil)
        }
        #expect(rejection(Session.longestSeconds - 1) == nil)
        #expect(rejection(Session.longestSeconds) == .expired)
    }

    @Test func anIdleSessionEnds() throws {
        let (directory, _, session) = try loaded(3)
        let hmac = HMAC(key: pepper)
        let end = now.adding(seconds: Session.longestIdleSeconds)
        #expect(throws: Never.self) {
            try directory.check(session, pepper: hmac, at: Instant(nanoseconds: end.nanoseconds - 1))
        }
        #expect(throws: Directory.Rejection.expired) { try directory.check(session, pepper: hmac, at: end) }
    }

    /// A key's text is not a session's, under the same name and secret.
    @Test func kindsDoNotStandForEachOther() throws {
        let (directory, key, session) = try loaded(3)
        let hmac = HMAC(key: pepper)
        #expect(throws: TokenFault.notAKey) { try KeyText(session.reveal()) }
        #expect(throws: TokenFault.notAKey) { try SessionText(key.reveal()) }
        #expect(throws: TokenFault.damaged) { try SessionText("pcs_" + key.reveal().dropFirst(4)) }
        let other = try #require(SessionText(random: SecureRandom.bytes(256)))
        #expect(throws: Directory.Rejection.unknown) { try directory.check(other, pepper: hmac, at: now) }
    }

    @Test func whatEndsEndsAtOnce() throws {
        let (directory, key, session) = try loaded(3)
        let hmac = HMAC(key: pepper)
        let endings: [(Ended, Directory.Rejection?, Directory.Rejection?)] = [
            (Ended(keys: [key.id]), .revoked, nil), (Ended(sessions: [session.id]), nil, .revoked),
            (Ended(accounts: [AccountID("account-1")]), .inactive, .inactive),
            (Ended(persons: [PersonID("person-1")]), .inactive, .inactive),
            (Ended(persons: [PersonID("nobody")]), nil, nil),
        ]
        for (ended, ofKey, ofSession) in endings {
            var directory = directory
            directory.end(ended, at: now)
            func rejection(_ text: BearerText) -> Directory.Rejection? {
                do throws(Directory.Rejection) {
                    _ = try directory.check(text, pepper: hmac, at: now)
                    return nil
                } catch { return error }
            }
            #expect(rejection(.key(key)) == ofKey)
            #expect(rejection(.session(session)) == ofSession)
        }
    }

    @Test func freshnessIsHalfOpen() throws {
        let (_, _, text) = try loaded(3)
        let session = Session.begin(
            text, under: HMAC(key: pepper), account: AccountID("a"), methods: [.password], acceptedTerms: nil, at: now)
        #expect(session.isFresh(withinSeconds: 300, at: now))
        #expect(session.isFresh(withinSeconds: 300, at: now.adding(seconds: 299)))
        #expect(!session.isFresh(withinSeconds: 300, at: now.adding(seconds: 300)))
        #expect(!session.isFresh(withinSeconds: 300, at: now.adding(seconds: -1)))
    }
}
