package import Crypto
package import Storage
internal import Vocabulary

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

    /// LIMIT: changes given at once; ask again from the last. So many are taken over by a node between two turns of its
    /// loop, in a millisecond or two.
    package static let changesAtOnce = 2_000

    package func changes(after revision: UInt64) throws(StorageError) -> [ControlChange] {
        var changes: [ControlChange] = []
        let sql = "SELECT revision, kind, id FROM changes WHERE revision > ? ORDER BY revision LIMIT ?"
        try database.query(sql, [.integer(Int64(clamping: revision)), .integer(Int64(ControlStore.changesAtOnce))]) {
            row in
            changes.append(
                ControlChange(
                    revision: UInt64(clamping: row.integer(0)), storedKind: row.text(1), storedID: row.text(2)))
        }
        return changes
    }

    /// Does `body` and counts it as one change, or neither.
    func change(
        _ kind: ControlChange.Kind, _ id: String, _ body: () throws(StorageError) -> Void
    ) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            try body()
            try note(kind, id)
        }
    }

    /// Inside a transaction: counts one change.
    func note(_ kind: ControlChange.Kind, _ id: String) throws(StorageError) {
        let stored = ControlChange.stored(kind, id)
        try database.run("INSERT INTO changes (kind, id) VALUES (?, ?)", [.text(stored.kind), .text(stored.id)])
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
