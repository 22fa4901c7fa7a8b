// Proves that sessions and delegations come back as they were put, that whoever leaves takes every key and session
// along for good, that older programs can read the changes, and that a notice of endings is read as it was written.
import Bytes
import Crypto
import Files
import Identity
import Storage
import Testing
import Vocabulary

@testable import Stores

struct ControlStoreTests {
    private func withStore(_ body: (ControlStore) throws -> Void) throws {
        let folder = "/tmp/portcullis-store-" + Hex.encode(SecureRandom.bytes(6))
        try Folder.create(folder)
        defer { try? Folder.remove(folder) }
        try body(try ControlStore(path: folder + "/control.sqlite"))
    }

    private let now = Instant(seconds: 1_000)
    private func session(_ id: SessionID, _ account: AccountID, expires: Int64 = 5_000) -> Session {
        Session(
            id: id, digest: SHA256.digest(Array(id.text.utf8)), account: account, created: now,
            expires: Instant(seconds: expires), idleSeconds: 60, methods: [.password, .passkey], acceptedTerms: "2026")
    }
    private func key(_ id: KeyID, _ account: AccountID, _ owner: PersonID) -> APIKey {
        APIKey(id: id, digest: .zero, account: account, useCase: UseCaseID("u"), owner: owner, created: now)
    }
    private func person(_ id: PersonID, isActive: Bool = true) -> Person {
        Person(
            id: id, name: "N", title: "T", entity: EntityID("e"), site: nil, classes: .unknown, roles: [.employee],
            isActive: isActive)
    }

    @Test func sessionsComeBack() throws {
        try withStore { store in
            let session = session(SessionID("S1"), AccountID("a"))
            try store.put(session)
            #expect(try store.sessions() == [session])
            #expect(try store.changes(after: 0).map(\.kind) == [.session])
            #expect(try store.changes(after: 0).map(\.id) == ["S1"])
            try store.touch([SessionID("S1"): now.adding(seconds: 30)])
            try store.touch([SessionID("S1"): now.adding(seconds: 20), SessionID("S9"): now])
            try store.reauthenticate(SessionID("S1"), by: .provider, at: now.adding(seconds: 40))
            try store.acceptTerms("2027", for: SessionID("S1"))
            try store.revoke(SessionID("S1"), at: now.adding(seconds: 50))
            try store.revoke(SessionID("S1"), at: now.adding(seconds: 60))
            let found = try #require(try store.sessions(id: SessionID("S1")).first)
            #expect(found.seen == now.adding(seconds: 30) && found.authenticated == now.adding(seconds: 40))
            #expect(found.methods == [.password, .passkey, .provider] && found.acceptedTerms == "2027")
            #expect(found.revoked == now.adding(seconds: 50))
        }
    }

    @Test func endedSessionsAreForgotten() throws {
        try withStore { store in
            try store.put(session(SessionID("S1"), AccountID("a"), expires: 2_000))
            try store.put(session(SessionID("S2"), AccountID("a"), expires: 3_000))
            let before = try store.revision()
            #expect(try store.forgetSessions(endedBefore: Instant(seconds: 2_500)) == 1)
            #expect(try store.sessions().map(\.id) == [SessionID("S2")])
            #expect(try store.changes(after: before).map(\.id) == ["S1"])
        }
    }

    @Test func sessionsAreListedByPages() throws {
        try withStore { store in
            try store.put(Account(id: AccountID("a"), holder: .person(PersonID("chan"))))
            try store.put(Account(id: AccountID("b"), holder: .person(PersonID("lee"))))
            for number in 1...5 {
                let id = try #require(SessionID("S\(number)"))
                try store.put(session(id, number == 3 ? AccountID("b") : AccountID("a")))
            }
            func ids(_ account: AccountID? = nil, _ person: PersonID? = nil, after: String? = nil) throws -> [String] {
                try store.sessions(account: account, person: person, after: after, limit: 3).map(\.id.text)
            }
            #expect(try ids() == ["S1", "S2", "S3"])
            #expect(try ids(after: "S3") == ["S4", "S5"])
            #expect(try ids(nil, PersonID("chan")) == ["S1", "S2", "S4"])
            #expect(try ids(AccountID("b"), PersonID("chan")) == [])
        }
    }

    /// A program from before sessions must find changes that it knows, or it cannot take the store over again.
    @Test func olderProgramsReadTheChanges() throws {
        try withStore { store in
            try store.put(session(SessionID("S1"), AccountID("a")))
            var kinds: [String] = []
            try store.database.query("SELECT kind FROM changes") { kinds.append($0.text(0)) }
            #expect(kinds == ["key"])
            try store.database.run("INSERT INTO changes (kind, id) VALUES ('later', 'x')")
            #expect(try store.changes(after: 1).map(\.kind) == [.other])
        }
    }

    @Test func whoeverLeavesTakesKeysAndSessionsAlong() throws {
        try withStore { store in
            let (chan, lee): (PersonID, PersonID) = (PersonID("chan"), PersonID("lee"))
            let own: AccountID = AccountID("chan")
            let others: AccountID = AccountID("lee")
            let service: AccountID = AccountID("bot")
            for id in [chan, lee] { try store.put(person(id)) }
            try store.put(Account(id: own, holder: .person(chan)))
            try store.put(Account(id: others, holder: .person(lee)))
            try store.put(Account(id: service, holder: .service(accountable: [lee, chan])))
            try store.put(key(KeyID("K1"), own, chan))
            try store.put(key(KeyID("K2"), service, chan))
            try store.put(key(KeyID("K3"), service, lee))
            try store.put(key(KeyID("K4"), others, lee))
            try store.put(session(SessionID("S1"), own))
            try store.put(session(SessionID("S2"), others))
            let before = try store.revision()
            let ended = try store.end(persons: [person(chan, isActive: false)], accounts: [], at: now)
            #expect(
                ended == Ended(keys: [KeyID("K1"), KeyID("K2")], sessions: [SessionID("S1")], persons: [chan]))
            #expect(try store.changes(after: before).map(\.kind) == [.person, .key, .key, .session])
            // Coming back opens none of them.
            try store.put(person(chan))
            #expect(try store.keys().filter { $0.revoked == nil }.map(\.id.text) == ["K3", "K4"])
            #expect(try store.sessions().filter { $0.revoked == nil }.map(\.id.text) == ["S2"])
            let account = Account(id: others, holder: .person(lee), isActive: false)
            #expect(
                try store.end(persons: [], accounts: [account], at: now)
                    == Ended(keys: [KeyID("K4")], sessions: [SessionID("S2")], accounts: [others]))
        }
    }

    @Test func delegationsComeBack() throws {
        try withStore { store in
            let delegation = Delegation(
                id: DelegationID("d1"), person: PersonID("chan"), role: .compliance, entity: EntityID("hk"), from: now,
                until: now.adding(seconds: 100), givenBy: PersonID("lee"))
            try store.put(delegation)
            #expect(try store.delegations() == [delegation])
            #expect(try store.delegations(of: PersonID("chan")) == [delegation])
            #expect(try store.delegations(of: PersonID("lee")) == [])
            try store.revoke(DelegationID("d1"), at: now.adding(seconds: 10))
            #expect(try store.delegations().first?.revoked == now.adding(seconds: 10))
        }
    }

    @Test func theDirectoryHoldsWhatTheStoreHolds() throws {
        try withStore { store in
            try store.publishTerms(date: "2026", digest: .zero, text: "x")
            try store.put(person(PersonID("chan")))
            try store.put(Account(id: AccountID("a"), holder: .person(PersonID("chan"))))
            try store.put(session(SessionID("S1"), AccountID("a")))
            try store.put(key(KeyID("K1"), AccountID("a"), PersonID("chan")))
            try store.acceptTerms("2026", for: KeyID("K1"))
            for bearer in [BearerID.session(SessionID("S1")), .key(KeyID("K1"))] {
                let one = try store.directory(of: bearer).caller(bearer, at: now)
                let all = try store.directory().caller(bearer, at: now)
                #expect(one.persons == [person(PersonID("chan"))] && all.persons == one.persons)
                #expect(one.account == all.account && one.bearer == bearer)
            }
        }
    }

    @Test func aNoticeIsReadAsItWasWritten() throws {
        let ended = Ended(
            keys: [KeyID("K1"), KeyID("K2")], sessions: [SessionID("S1")], accounts: [AccountID("a")],
            persons: [PersonID("chan")])
        let notice = EndedNotice(revision: 7, ended: ended)
        #expect(EndedNotice(notice.bytes) == notice)
        #expect(notice.pieces == [notice])
        let keys = Set((0..<25_000).compactMap { KeyID("K\($0)") })
        let pieces = EndedNotice(revision: 8, ended: Ended(keys: keys, persons: [PersonID("chan")])).pieces
        #expect(pieces.count == 4 && pieces[0].ended == Ended(persons: [PersonID("chan")]))
        #expect(pieces.reduce(into: Set<KeyID>()) { $0.formUnion($1.ended.keys) } == keys)
        for piece in pieces { #expect(EndedNotice(piece.bytes) == piece) }
    }

    @Test(arguments: [
        "", "revision 1", "revision x\n", "key K\n", "revision 1\nkey\n", "revision 1\nkey K L\n",
        "revision 1\nkey K$\n", "revision 1\n\n", "revision 1\nbadge K\n", "revision 1\nkey K",
    ])
    func otherTextsAreNoNotices(text: String) { #expect(EndedNotice(Array(text.utf8)) == nil) }
}
