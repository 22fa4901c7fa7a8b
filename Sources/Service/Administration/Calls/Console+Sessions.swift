internal import CBOR
internal import Identity
internal import JSON
internal import Ledger
internal import Storage
internal import Stores
internal import Vocabulary

/// Sessions: seen and ended while everything runs. They begin with a sign-in.
extension Console {
    func listSessions(_ call: APICall) async throws(Problem) -> Reply {
        let page = call.page
        let account = call.query["account"].flatMap { AccountID($0) }
        var person = call.query["person"].flatMap { PersonID($0) }
        if let own = try call.onlyOwn() {
            guard person ?? own == own else { return Page([Session](), page, key: \.id.text).reply { _, _ in } }
            person = own
        }
        let holder = person
        let found = try await store { store throws(StorageError) in
            try store.sessions(account: account, person: holder, after: page.afterText, limit: page.limit)
        }
        return Page(found, page, key: \.id.text).reply(Console.write)
    }

    private static func write(_ session: Session, _ object: inout JSONWriter) {
        object.member("id", session.id.text)
        object.member("account", session.account.text)
        object.member("created", session.created.description)
        object.member("expires", session.expires.description)
        object.member("idle_seconds", Int(clamping: session.idleSeconds))
        object.member("seen", session.seen.description)
        object.member("authenticated", session.authenticated.description)
        object.member(
            "methods", array: { list in for method in session.methods.sorted() { list.string(method.rawValue) } })
        object.member("revoked", session.revoked?.description)
        object.member("accepted_terms", session.acceptedTerms)
    }

    func revokeSession(_ call: APICall) async throws(Problem) -> Reply {
        // Anybody may sign out, here and elsewhere.
        let own = try call.onlyOwn()
        let id: SessionID = try call.id()
        let found = try await store { store throws(StorageError) in
            let session = try store.sessions(id: id).first
            let account = try session.flatMap { session throws(StorageError) in
                try store.accounts(id: session.account).first
            }
            return session.map { (session: $0, holder: account?.holder) }
        }
        guard var session = found?.session, own.map({ found?.holder == .person($0) }) ?? true else {
            throw .notFound("there is no session \(id)")
        }
        if session.revoked == nil {
            let revoked = now()
            session.revoked = revoked
            let revision = try await store { store throws(StorageError) in
                try store.revoke(id, at: revoked)
                return try store.revision()
            }
            await links.tell(Ended(sessions: [id]), revision: revision)
            do throws(Problem) {
                try await record(
                    .key,
                    [
                        ("account", .text(session.account.text)), ("change", .text("revoked")),
                        ("session", .text(id.text)),
                    ],
                    by: call.actor)
            } catch {
                throw Problem(
                    .notRecordable, "the session has ended, but that could not be recorded: \(error.detail)")
            }
        }
        return Reply { Console.write(session, &$0) }
    }
}
