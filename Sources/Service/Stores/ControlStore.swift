package import Crypto
package import Identity
package import Storage
package import Vocabulary

/// People, accounts, keys, evidence and what is active: the state that is administered, beside the ledger, which says
/// how it became so. Every change gets the next revision number; nodes follow the revisions.
///
/// One instance is one connection and belongs to one thread. The console writes, gateways read.
package final class ControlStore {
    let database: Database

    package init(path: String, readOnly: Bool = false) throws(StorageError) {
        database = try Database(path: path, readOnly: readOnly)
        if !readOnly { try ControlSchema.migrate(database) }
    }

    package func checkIntegrity() throws(StorageError) { try database.checkIntegrity() }

    /// Does several changes in one step, for the price of one.
    package func together<Result>(_ body: () throws(StorageError) -> Result) throws(StorageError) -> Result {
        try database.transaction(body)
    }

    // MARK: Revisions

    package func revision() throws(StorageError) -> UInt64 {
        var revision: UInt64 = 0
        try database.query("SELECT coalesce(max(revision), 0) FROM changes") { row in
            revision = UInt64(clamping: row.integer(0))
        }
        return revision
    }

    /// LIMIT: changes given at once; ask again from the last.
    package static let changesAtOnce: Int64 = 10_000

    package func changes(after revision: UInt64) throws(StorageError) -> [ControlChange] {
        var changes: [ControlChange] = []
        let sql = "SELECT revision, kind, id FROM changes WHERE revision > ? ORDER BY revision LIMIT ?"
        try database.query(sql, [.integer(Int64(clamping: revision)), .integer(ControlStore.changesAtOnce)]) {
            (row) throws(StorageError) in
            let kind = try row.parsed(1) { ControlChange.Kind(rawValue: $0) }
            changes.append(ControlChange(revision: UInt64(clamping: row.integer(0)), kind: kind, id: row.text(2)))
        }
        return changes
    }

    /// Does `body` and counts it as one change, or neither.
    private func change(
        _ kind: ControlChange.Kind, _ id: String, _ body: () throws(StorageError) -> Void
    ) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            try body()
            try database.run("INSERT INTO changes (kind, id) VALUES (?, ?)", [.text(kind.rawValue), .text(id)])
        }
    }

    /// Makes nodes look at the register of cut-offs.
    package func noteRegister(event: String) throws(StorageError) {
        try change(.register, event) { () throws(StorageError) in }
    }

    // MARK: Small values

    package func value(_ name: String) throws(StorageError) -> String? {
        var value: String?
        try database.query("SELECT value FROM meta WHERE name = ?", [.text(name)]) { row in value = row.text(0) }
        return value
    }

    package func set(_ name: String, _ value: String) throws(StorageError) {
        try database.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", [.text(name), .text(value)])
    }

    /// Digest of the active bundle in hexadecimal; nil before the first activation.
    package func activeBundle() throws(StorageError) -> String? { try value("active_bundle") }

    package func activate(bundle hash: String) throws(StorageError) {
        try change(.bundle, hash) { () throws(StorageError) in try set("active_bundle", hash) }
    }

    // MARK: People

    package func put(_ person: Person) throws(StorageError) {
        try change(.person, person.id.text) { () throws(StorageError) in
            try database.run(
                "INSERT OR REPLACE INTO people (id, name, title, entity, site, classes, roles, designations, active) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    .text(person.id.text), .text(person.name), .text(person.title), .text(person.entity.text),
                    person.site.map { .text($0.description) } ?? .null, .integer(Int64(person.classes.rawValue)),
                    .text(person.roles.map(\.rawValue).sorted().joined(separator: ",")),
                    .text(person.designations.sorted().joined(separator: ",")), .integer(person.isActive ? 1 : 0),
                ])
        }
    }

    package func people(id: PersonID? = nil) throws(StorageError) -> [Person] {
        var people: [Person] = []
        let columns = "SELECT id, name, title, entity, site, classes, roles, designations, active FROM people"
        try database.query(columns + (id == nil ? " ORDER BY id" : " WHERE id = ?"), id.map { [.text($0.text)] } ?? [])
        {
            (row) throws(StorageError) in
            people.append(
                Person(
                    id: try row.parsed(0) { PersonID($0) }, name: row.text(1), title: row.text(2),
                    entity: try row.parsed(3) { EntityID($0) },
                    site: row.isNull(4) ? nil : try row.parsed(4) { Country($0) },
                    classes: PossiblePersonClasses(rawValue: UInt8(truncatingIfNeeded: row.integer(5))),
                    roles: Set(try ControlStore.list(row, 6) { Role(rawValue: $0) }),
                    designations: Set(try ControlStore.list(row, 7) { $0 }), isActive: row.integer(8) != 0))
        }
        return people
    }

    // MARK: Accounts

    package func put(_ account: Account) throws(StorageError) {
        let person: SQLValue = if case .person(let person) = account.holder { .text(person.text) } else { .null }
        try change(.account, account.id.text) { () throws(StorageError) in
            try database.run(
                "INSERT OR REPLACE INTO accounts (id, person, accountable, active) VALUES (?, ?, ?, ?)",
                [
                    .text(account.id.text), person, .text(account.accountable.map(\.text).joined(separator: ",")),
                    .integer(account.isActive ? 1 : 0),
                ])
        }
    }

    package func accounts(id: AccountID? = nil) throws(StorageError) -> [Account] {
        var accounts: [Account] = []
        let columns = "SELECT id, person, accountable, active FROM accounts"
        try database.query(columns + (id == nil ? " ORDER BY id" : " WHERE id = ?"), id.map { [.text($0.text)] } ?? [])
        {
            (row) throws(StorageError) in
            let holder: Account.Holder =
                row.isNull(1)
                ? .service(accountable: try ControlStore.list(row, 2) { PersonID($0) })
                : .person(try row.parsed(1) { PersonID($0) })
            accounts.append(
                Account(id: try row.parsed(0) { AccountID($0) }, holder: holder, isActive: row.integer(3) != 0))
        }
        return accounts
    }

    // MARK: Keys

    package func put(_ key: APIKey) throws(StorageError) {
        try change(.key, key.id.text) { () throws(StorageError) in
            try database.run(
                "INSERT OR REPLACE INTO keys (id, digest, account, use_case, models, label, owner, created, expires, revoked, accepted_terms) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    .text(key.id.text), .blob(key.digest.bytes), .text(key.account.text), .text(key.useCase.text),
                    key.models.map { .text($0.map(\.text).sorted().joined(separator: ",")) } ?? .null,
                    key.highestLabel.map { .text($0.rawValue) } ?? .null, .text(key.owner.text),
                    .integer(key.created.nanoseconds), ControlStore.time(key.expires), ControlStore.time(key.revoked),
                    key.acceptedTerms.map { .text($0) } ?? .null,
                ])
        }
    }

    /// Changes this alone, whatever else changes the key at the same time.
    package func revoke(_ id: KeyID, at: Instant) throws(StorageError) {
        try change(.key, id.text) { () throws(StorageError) in
            try database.run(
                "UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ?",
                [.integer(at.nanoseconds), .text(id.text)])
        }
    }

    package func acceptTerms(_ date: String, for id: KeyID) throws(StorageError) {
        try change(.key, id.text) { () throws(StorageError) in
            try database.run("UPDATE keys SET accepted_terms = ? WHERE id = ?", [.text(date), .text(id.text)])
        }
    }

    package func keys(id: KeyID? = nil) throws(StorageError) -> [APIKey] {
        var keys: [APIKey] = []
        let columns =
            "SELECT id, digest, account, use_case, models, label, owner, created, expires, revoked, accepted_terms FROM keys"
        try database.query(columns + (id == nil ? " ORDER BY id" : " WHERE id = ?"), id.map { [.text($0.text)] } ?? [])
        {
            (row) throws(StorageError) in
            guard let digest = Digest(row.blob(1)) else { throw .damaged(table: "keys", column: "digest") }
            keys.append(
                APIKey(
                    id: try row.parsed(0) { KeyID($0) }, digest: digest, account: try row.parsed(2) { AccountID($0) },
                    useCase: try row.parsed(3) { UseCaseID($0) },
                    models: row.isNull(4) ? nil : Set(try ControlStore.list(row, 4) { ModelID($0) }),
                    highestLabel: row.isNull(5) ? nil : try row.parsed(5) { DataLabel(rawValue: $0) },
                    owner: try row.parsed(6) { PersonID($0) }, created: Instant(nanoseconds: row.integer(7)),
                    expires: row.optionalInteger(8).map { Instant(nanoseconds: $0) },
                    revoked: row.optionalInteger(9).map { Instant(nanoseconds: $0) },
                    acceptedTerms: row.optionalText(10)))
        }
        return keys
    }

    /// What it takes to judge one key: itself, its account, and everybody who answers for it.
    package func directory(of key: KeyID) throws(StorageError) -> Directory {
        var directory = Directory()
        directory.currentTerms = try currentTerms()?.date ?? ""
        for key in try keys(id: key) {
            directory.put(key)
            for person in try people(id: key.owner) { directory.put(person) }
            for account in try accounts(id: key.account) {
                directory.put(account)
                for id in account.accountable {
                    for person in try people(id: id) { directory.put(person) }
                }
            }
        }
        return directory
    }

    // MARK: Terms of use

    package func publishTerms(date: String, digest: Digest, text: String) throws(StorageError) {
        try change(.terms, date) { () throws(StorageError) in
            try database.run(
                "INSERT OR REPLACE INTO terms (date, digest, text) "
                    + "VALUES (?, ?, ?)", [.text(date), .blob(digest.bytes), .text(text)])
        }
    }

    /// The latest; nil before any were published.
    package func currentTerms() throws(StorageError) -> (date: String, digest: [UInt8], text: String)? {
        var terms: (String, [UInt8], String)?
        try database.query("SELECT date, digest, text FROM terms ORDER BY date DESC LIMIT 1") { row in
            terms = (row.text(0), row.blob(1), row.text(2))
        }
        return terms
    }

    // MARK: Helpers

    static func list<Value>(
        _ row: SQLRow, _ column: Int32, _ make: (String) -> Value?
    ) throws(StorageError) -> [Value] {
        try row.parsed(column) { text in
            var values: [Value] = []
            for part in text.split(separator: ",") {
                guard let value = make(String(part)) else { return nil }
                values.append(value)
            }
            return values
        }
    }

    static func time(_ instant: Instant?) -> SQLValue { instant.map { .integer($0.nanoseconds) } ?? .null }
}
