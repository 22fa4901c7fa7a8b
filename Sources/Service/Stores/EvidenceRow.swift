package import Location
package import Vocabulary

/// The latest statement of one source about where a person is. Older ones are in the ledger.
package struct EvidenceRow: Hashable, Sendable {
    package var person: PersonID
    package var source: SourceID
    package var evidence: Evidence

    package init(person: PersonID, source: SourceID, evidence: Evidence) {
        self.person = person
        self.source = source
        self.evidence = evidence
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
