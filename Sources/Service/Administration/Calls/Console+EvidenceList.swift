internal import Identity
internal import JSON
internal import Location
internal import Storage
internal import Stores
internal import Vocabulary

extension Console {
    /// Between the parts of a statement's place, which hold none.
    private static var separator: Character { "\u{1F}" }

    /// The latest statement of each source about each person.
    func listEvidence(_ call: APICall) async throws(Problem) -> Reply {
        let page = call.page
        let person = call.query["person"].flatMap { PersonID($0) }
        let after = page.afterText.map { text in
            text.split(separator: Console.separator, omittingEmptySubsequences: false).map { String($0) }
        }
        let found = try await store { store throws(StorageError) in
            try store.evidence(of: person, after: after, limit: page.limit)
        }
        let key = { (row: EvidenceRow) in
            ControlStore.place(of: row).joined(separator: String(Console.separator))
        }
        return Page(found, page, key: key).reply { row, entry in
            let evidence = row.evidence
            entry.member("person", row.person.text)
            entry.member("kind", evidence.kind.rawValue)
            entry.member("source", row.source.text)
            entry.member("id", evidence.id.text)
            entry.member("country", evidence.country?.description)
            entry.member("observed", evidence.observed.description)
            entry.member("until", evidence.until?.description)
            entry.member("anonymizer", evidence.anonymizer)
            entry.member("network", evidence.network.rawValue)
            entry.member("hop", evidence.hop?.rawValue)
        }
    }
}
