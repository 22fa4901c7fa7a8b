package import Vocabulary

/// The latest statement of one source about where a person is. Older ones are in the ledger.
package struct EvidenceRow: Hashable, Sendable {
    package var id: EvidenceID
    package var person: PersonID
    package var kind: EvidenceKind
    package var source: SourceID
    /// `host` or `origin`: in a remote session, of the machine or of where the person sits.
    package var hop: String
    /// Nil: the source knows that it does not know.
    package var country: Country?
    package var observed: Instant
    /// End of a trip, or a badge-out; nil while it lasts.
    package var until: Instant?
    package var anonymizer: Bool
    /// `mobile`, `hosting`, `anycast`, `satellite`; nil for a fixed line.
    package var network: String?

    package init(
        id: EvidenceID, person: PersonID, kind: EvidenceKind, source: SourceID, hop: String, country: Country?,
        observed: Instant, until: Instant?, anonymizer: Bool, network: String?
    ) {
        self.id = id
        self.person = person
        self.kind = kind
        self.source = source
        self.hop = hop
        self.country = country
        self.observed = observed
        self.until = until
        self.anonymizer = anonymizer
        self.network = network
    }
}

/// Whoever may state evidence, and of which kinds.
package struct EvidenceSource: Hashable, Sendable {
    package var id: SourceID
    /// HMAC-SHA-256 of its key text under the installation's pepper, 32 bytes.
    package var digest: [UInt8]
    package var kinds: Set<EvidenceKind>
    package var isActive: Bool

    package init(id: SourceID, digest: [UInt8], kinds: Set<EvidenceKind>, isActive: Bool = true) {
        self.id = id
        self.digest = digest
        self.kinds = kinds
        self.isActive = isActive
    }
}
