package import Vocabulary

/// A list of countries that rules and contracts name, as a source published it on a day.
package struct NamedSet: Hashable, Sendable {
    package var id: NamedSetID
    package var members: Set<Country>
    package var source: String
    /// SHA-256 of the page or clause as it was fetched; nil where the set is the firm's own.
    package var snapshotDigest: [UInt8]?
    package var fetched: Instant?
    package var note: String?

    package init(
        id: NamedSetID, members: Set<Country>, source: String, snapshotDigest: [UInt8]? = nil,
        fetched: Instant? = nil, note: String? = nil
    ) {
        self.id = id
        self.members = members
        self.source = source
        self.snapshotDigest = snapshotDigest
        self.fetched = fetched
        self.note = note
    }
}
