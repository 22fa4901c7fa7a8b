internal import Crypto
package import Identity
package import Storage
package import Vocabulary

/// Sessions: put by a sign-in; ended by their holder, by an administrator, by time, or because whoever holds them
/// leaves.
extension ControlStore {
    package func put(_ session: Session) throws(StorageError) {
        try change(.session, session.id.text) { () throws(StorageError) in
            try database.run(
                "INSERT OR REPLACE INTO sessions (id, digest, account, created, expires, idle_seconds, seen, authenticated, "
                    + "methods, revoked, accepted_terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    .text(session.id.text), .blob(session.digest.bytes), .text(session.account.text),
                    .integer(session.created.nanoseconds), .integer(session.expires.nanoseconds),
                    .integer(session.idleSeconds), .integer(session.seen.nanoseconds),
                    .integer(session.authenticated.nanoseconds),
                    .text(session.methods.map(\.rawValue).sorted().joined(separator: ",")),
                    ControlStore.time(session.revoked), session.acceptedTerms.map { .text($0) } ?? .null,
                ])
        }
    }

    /// Changes this alone, whatever else changes the session at the same time.
    package func revoke(_ id: SessionID, at: Instant) throws(StorageError) {
        try change(.session, id.text) { () throws(StorageError) in
            try database.run(
                "UPDATE sessions SET revoked = coalesce(revoked, ?) WHERE id = ?",
                [.integer(at.nanoseconds), .text(id.text)])
        }
    }

    package func acceptTerms(_ date: String, for id: SessionID) throws(StorageError) {
        try change(.session, id.text) { () throws(StorageError) in
            try database.run("UPDATE sessions SET accepted_terms = ? WHERE id = ?", [.text(date), .text(id.text)])
        }
    }

    /// Its holder showed again who they are.
    package func reauthenticate(_ id: SessionID, by method: AuthenticationMethod, at: Instant) throws(StorageError) {
        guard var session = try sessions(id: id).first else { return }
        session.methods.insert(method)
        try change(.session, id.text) { () throws(StorageError) in
            try database.run(
                "UPDATE sessions SET authenticated = ?, methods = ? WHERE id = ?",
                [
                    .integer(at.nanoseconds),
                    .text(session.methods.map(\.rawValue).sorted().joined(separator: ",")), .text(id.text),
                ])
        }
    }

    /// Notes their last use, all in one transaction.
    package func touch(_ uses: [SessionID: Instant]) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            for (id, at) in uses {
                let changed = try database.run(
                    "UPDATE sessions SET seen = ? WHERE id = ? AND seen < ?",
                    [.integer(at.nanoseconds), .text(id.text), .integer(at.nanoseconds)])
                if changed > 0 { try note(.session, id.text) }
            }
        }
    }

    /// Forgets those that ended before `instant`, at most `limit` of them; what was done in them is in the ledger.
    @discardableResult
    package func forgetSessions(endedBefore instant: Instant, limit: Int = 10_000) throws(StorageError) -> Int {
        try database.transaction { () throws(StorageError) -> Int in
            var ended: [String] = []
            try database.query(
                "SELECT id FROM sessions WHERE expires < ? ORDER BY expires LIMIT ?",
                [.integer(instant.nanoseconds), .integer(Int64(limit))]
            ) { ended.append($0.text(0)) }
            for id in ended {
                try database.run("DELETE FROM sessions WHERE id = ?", [.text(id)])
                try note(.session, id)
            }
            return ended.count
        }
    }

    package func sessions(id: SessionID? = nil, account: AccountID? = nil) throws(StorageError) -> [Session] {
        var sessions: [Session] = []
        try eachSession(id, account) { sessions.append($0) }
        return sessions
    }

    /// A page, in the order of their ids.
    package func sessions(
        account: AccountID?, person: PersonID?, after: String?, limit: Int
    ) throws(StorageError) -> [Session] {
        var conditions = ["id > ?"]
        var values: [SQLValue] = [.text(after ?? "")]
        if let account {
            conditions.append("account = ?")
            values.append(.text(account.text))
        }
        if let person {
            conditions.append("account IN (SELECT id FROM accounts WHERE person = ?)")
            values.append(.text(person.text))
        }
        var sessions: [Session] = []
        try each(
            "WHERE " + conditions.joined(separator: " AND ") + " ORDER BY id LIMIT ?", values + [.integer(Int64(limit))]
        ) { sessions.append($0) }
        return sessions
    }

    func eachSession(
        _ id: SessionID? = nil, _ account: AccountID? = nil, _ body: (Session) -> Void
    ) throws(StorageError) {
        if let id {
            try each("WHERE id = ?", [.text(id.text)], body)
        } else if let account {
            try each("WHERE account = ? ORDER BY id", [.text(account.text)], body)
        } else {
            try each("", [], body)
        }
    }

    private func each(
        _ which: String, _ values: [SQLValue], _ body: (Session) -> Void
    ) throws(StorageError) {
        let sql =
            "SELECT id, digest, account, created, expires, idle_seconds, seen, authenticated, methods, revoked, accepted_terms "
            + "FROM sessions "
        try database.query(sql + which, values) { (row) throws(StorageError) in
            guard let digest = Digest(row.blob(1)) else { throw .damaged(table: "sessions", column: "digest") }
            body(
                Session(
                    id: try row.parsed(0) { SessionID($0) }, digest: digest,
                    account: try row.parsed(2) { AccountID($0) }, created: Instant(nanoseconds: row.integer(3)),
                    expires: Instant(nanoseconds: row.integer(4)), idleSeconds: row.integer(5),
                    seen: Instant(nanoseconds: row.integer(6)), authenticated: Instant(nanoseconds: row.integer(7)),
                    methods: Set(try ControlStore.list(row, 8) { AuthenticationMethod(rawValue: $0) }),
                    revoked: row.optionalInteger(9).map { Instant(nanoseconds: $0) },
                    acceptedTerms: row.optionalText(10)))
        }
    }

    // MARK: Leaving

    /// Puts persons and accounts that do not work any more, and revokes every key and session with which they were met,
    /// in one transaction: coming back opens none of the old ones.
    /// - Returns: what ended, for word to the gateways.
    package func end(persons: [Person], accounts: [Account], at: Instant) throws(StorageError) -> Ended {
        var ended = Ended(
            accounts: Set(accounts.filter { !$0.isActive }.map(\.id)),
            persons: Set(persons.filter { !$0.isActive }.map(\.id)))
        try database.transaction { () throws(StorageError) in
            for person in persons { try insert(person) }
            for account in accounts { try insert(account) }
            var keys: Set<String> = []
            var sessions: Set<String> = []
            for person in ended.persons {
                try collect("SELECT id FROM keys WHERE owner = ?", person.text, &keys)
                let own = "(SELECT id FROM accounts WHERE person = ?)"
                try collect("SELECT id FROM keys WHERE account IN " + own, person.text, &keys)
                try collect("SELECT id FROM sessions WHERE account IN " + own, person.text, &sessions)
            }
            for account in ended.accounts {
                try collect("SELECT id FROM keys WHERE account = ?", account.text, &keys)
                try collect("SELECT id FROM sessions WHERE account = ?", account.text, &sessions)
            }
            for (table, kind, ids) in [("keys", ControlChange.Kind.key, keys), ("sessions", .session, sessions)] {
                for id in ids.sorted() {
                    let changed = try database.run(
                        "UPDATE \(table) SET revoked = ? WHERE id = ? AND revoked IS NULL",
                        [.integer(at.nanoseconds), .text(id)])
                    if changed > 0 { try note(kind, id) }
                }
            }
            ended.keys = Set(keys.compactMap { KeyID($0) })
            ended.sessions = Set(sessions.compactMap { SessionID($0) })
        }
        return ended
    }

    private func collect(_ sql: String, _ value: String, _ found: inout Set<String>) throws(StorageError) {
        try database.query(sql, [.text(value)]) { found.insert($0.text(0)) }
    }
}
