internal import Location
package import Storage
package import Vocabulary

extension ControlStore {
    package func put(_ source: EvidenceSource) throws(StorageError) {
        try database.transaction { () throws(StorageError) in
            try database.run(
                "INSERT OR REPLACE INTO sources (id, digest, kinds, active) VALUES (?, ?, ?, ?)",
                [
                    .text(source.id.text), .blob(source.digest),
                    .text(source.kinds.map(\.rawValue).sorted().joined(separator: ",")),
                    .integer(source.isActive ? 1 : 0),
                ])
            try database.run("INSERT INTO changes (kind, id) VALUES ('source', ?)", [.text(source.id.text)])
        }
    }

    package func sources() throws(StorageError) -> [EvidenceSource] {
        var sources: [EvidenceSource] = []
        try database.query("SELECT id, digest, kinds, active FROM sources ORDER BY id") { (row) throws(StorageError) in
            sources.append(
                EvidenceSource(
                    id: try row.parsed(0) { SourceID($0) }, digest: row.blob(1),
                    kinds: Set(try ControlStore.list(row, 2) { EvidenceKind(rawValue: $0) }),
                    isActive: row.integer(3) != 0))
        }
        return sources
    }

    /// Takes what is newer than what the same source said before; returns how many were taken. All or none.
    package func put(_ rows: [EvidenceRow]) throws(StorageError) -> Int {
        try database.transaction { () throws(StorageError) -> Int in
            var taken = 0
            for row in rows {
                taken += try database.run(
                    """
                    INSERT INTO evidence (person, kind, source, hop, id, country, observed, until, anonymizer, network) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (person, kind, source, hop) DO UPDATE SET id = excluded.id, country = excluded.country,
                    observed = excluded.observed, until = excluded.until, anonymizer = excluded.anonymizer,
                    network = excluded.network WHERE excluded.observed >= evidence.observed
                    """,
                    [
                        .text(row.person.text), .text(row.evidence.kind.rawValue), .text(row.source.text),
                        .text(row.evidence.hop?.rawValue ?? ""), .text(row.evidence.id.text),
                        row.evidence.country.map { .text($0.description) } ?? .null,
                        .integer(row.evidence.observed.nanoseconds), ControlStore.time(row.evidence.until),
                        .integer(row.evidence.anonymizer ? 1 : 0), .text(row.evidence.network.rawValue),
                    ])
            }
            for person in Set(rows.map(\.person)).sorted() {
                try database.run("INSERT INTO changes (kind, id) VALUES ('evidence', ?)", [.text(person.text)])
            }
            return taken
        }
    }

    /// Of one person, or everybody's.
    package func evidence(of person: PersonID? = nil) throws(StorageError) -> [EvidenceRow] {
        var rows: [EvidenceRow] = []
        let columns =
            "SELECT person, kind, source, hop, id, country, observed, until, anonymizer, network FROM evidence"
        try database.query(
            columns + (person == nil ? "" : " WHERE person = ?"), person.map { [.text($0.text)] } ?? []
        ) { (row) throws(StorageError) in
            let evidence = Evidence(
                id: try row.parsed(4) { EvidenceID($0) }, kind: try row.parsed(1) { EvidenceKind(rawValue: $0) },
                country: row.isNull(5) ? nil : try row.parsed(5) { Country($0) },
                observed: Instant(nanoseconds: row.integer(6)),
                until: row.optionalInteger(7).map { Instant(nanoseconds: $0) }, anonymizer: row.integer(8) != 0,
                network: try row.parsed(9) { Evidence.Network(rawValue: $0) },
                hop: row.text(3).isEmpty ? nil : try row.parsed(3) { Evidence.Hop(rawValue: $0) })
            rows.append(
                EvidenceRow(
                    person: try row.parsed(0) { PersonID($0) }, source: try row.parsed(2) { SourceID($0) },
                    evidence: evidence))
        }
        return rows
    }

    // MARK: Alerts

    /// - Returns: its number.
    @discardableResult
    package func raise(alert kind: String, person: PersonID?, detail: String, at: Instant) throws(StorageError) -> Int64
    {
        try database.run(
            "INSERT INTO alerts (at, kind, person, detail) VALUES (?, ?, ?, ?)",
            [.integer(at.nanoseconds), .text(kind), person.map { .text($0.text) } ?? .null, .text(detail)])
        var number: Int64 = 0
        try database.query("SELECT last_insert_rowid()") { row in number = row.integer(0) }
        try database.run(
            "DELETE FROM alerts WHERE id <= (SELECT max(id) FROM alerts) - ?", [.integer(ControlStore.alertsKept)])
        return number
    }

    /// LIMIT: alerts kept for the console's list; all of them are in the ledger.
    private static var alertsKept: Int64 { 100_000 }

    package struct Alert: Sendable {
        package var id: Int64
        package var at: Instant
        package var kind: String
        package var person: PersonID?
        package var detail: String
    }
}
