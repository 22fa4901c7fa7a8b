internal import Crypto
package import Identity
package import Storage
package import Vocabulary

/// Keys as they are kept: digests, never the keys themselves.
extension ControlStore {
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
        try eachKey(id) { keys.append($0) }
        return keys
    }

    func eachKey(_ id: KeyID? = nil, _ body: (APIKey) -> Void) throws(StorageError) {
        let columns =
            "SELECT id, digest, account, use_case, models, label, owner, created, expires, revoked, accepted_terms FROM keys"
        try database.query(columns + (id == nil ? " ORDER BY id" : " WHERE id = ?"), id.map { [.text($0.text)] } ?? [])
        {
            (row) throws(StorageError) in
            guard let digest = Digest(row.blob(1)) else { throw .damaged(table: "keys", column: "digest") }
            body(
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
    }
}
