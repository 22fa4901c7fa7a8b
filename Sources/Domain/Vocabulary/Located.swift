/// Where a person may be, and on what that rests. Made by the module Location; a fact for Policy.
package struct Located: Hashable, Sendable {
    package var places: PossiblePlaces
    /// How strong the best evidence is: 3 badge or attested device, 2 site network, 1 network address, 0 nothing.
    package var tier: Int
    /// Sorted by id.
    package var used: [UsedEvidence]
    package var alerts: Set<LocationAlert>
    /// From this instant on the answer may differ because something went stale; nil when nothing can.
    package var freshUntil: Instant?

    package init(
        places: PossiblePlaces, tier: Int, used: [UsedEvidence] = [], alerts: Set<LocationAlert> = [],
        freshUntil: Instant? = nil
    ) {
        self.places = places
        self.tier = tier
        self.used = used
        self.alerts = alerts
        self.freshUntil = freshUntil
    }

    /// No evidence at all: anywhere.
    package static let unknown = Located(places: .anywhere, tier: 0)
}

package enum LocationAlert: String, CaseIterable, Sendable {
    /// The evidence names more than one country.
    case conflict
    /// Somebody hides where they are.
    case anonymizer
}

/// A piece of evidence that counted.
package struct UsedEvidence: Hashable, Sendable {
    /// What the evidence may do: A and B say where a person is, the rest only widens.
    package enum Weight: String, CaseIterable, Sendable {
        case strong = "A"
        case site = "B"
        case fixedNetwork = "C"
        case mobileNetwork = "M"
        case trip = "T"
        case home = "H"
    }

    package var id: EvidenceID
    package var kind: EvidenceKind
    package var country: Country
    package var observed: Instant
    /// Never negative.
    package var ageSeconds: Int64
    package var weight: Weight

    package init(
        id: EvidenceID, kind: EvidenceKind, country: Country, observed: Instant, ageSeconds: Int64, weight: Weight
    ) {
        self.id = id
        self.kind = kind
        self.country = country
        self.observed = observed
        self.ageSeconds = ageSeconds
        self.weight = weight
    }
}
