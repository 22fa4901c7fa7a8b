package import Vocabulary

/// One observation that says something about where a person is.
package struct Evidence: Hashable, Sendable {
    /// What sort of network an address belongs to; addresses of most kinds say nothing about a person.
    package enum Network: String, CaseIterable, Sendable {
        case fixed
        /// Home-routed roaming shows the country of the card, not of the person.
        case mobile
        case hosting
        case anycast
        case satellite
    }

    /// On which end of a remote session it was seen.
    package enum Hop: String, CaseIterable, Sendable {
        /// The machine that is driven.
        case host
        /// The machine in front of the person.
        case origin
    }

    package var id: EvidenceID
    package var kind: EvidenceKind
    /// Nil is unknown, which says nothing.
    package var country: Country?
    package var observed: Instant
    /// End of a trip, a badge-out; nil where the kind's own freshness decides.
    package var until: Instant?
    package var anonymizer: Bool
    package var network: Network
    package var hop: Hop?

    package init(
        id: EvidenceID, kind: EvidenceKind, country: Country?, observed: Instant, until: Instant? = nil,
        anonymizer: Bool = false, network: Network = .fixed, hop: Hop? = nil
    ) {
        self.id = id
        self.kind = kind
        self.country = country
        self.observed = observed
        self.until = until
        self.anonymizer = anonymizer
        self.network = network
        self.hop = hop
    }
}

extension EvidenceKind {
    /// LIMIT: for how long an observation counts, in seconds. A trip counts until its end, if it has one.
    package var freshSeconds: Int64 {
        switch self {
        case .badgeIn: 12 * 3600
        case .gpsAttested: 15 * 60
        case .siteNetwork: 5 * 60
        // Of this request only; the minute covers its own way through the gate.
        case .ipGeo: 60
        case .travelBooking: 365 * 86_400
        case .hrSite: 24 * 3600
        }
    }

    /// LIMIT: how far a source's clock may run ahead of ours, in seconds. What comes from later is not evidence yet.
    package static let clockSkewSeconds: Int64 = 120
}
