package import Vocabulary

extension Located {
    /// Where somebody may be, by the evidence at `now`.
    ///
    /// A = badge or attested device, B = site network, C = fixed address, M = mobile address, T = trip, H = assigned
    /// site:
    ///
    ///     A seen        A ∪ B ∪ C          tier 3
    ///     else B seen   B ∪ C ∪ T          tier 2
    ///     else C or M   C ∪ M ∪ T ∪ H      tier 1
    ///     else          anywhere           tier 0
    ///
    /// A union, never an intersection and never the most likely: two sensors that disagree make two possible places,
    /// and an alert. What is stale, of unknown country or behind an anonymiser says nothing about place. In a remote
    /// session only the machine in front of the person counts.
    package init(_ evidence: [Evidence], at now: Instant, remoteSession: Bool = false) {
        let seen = evidence.filter { $0.isFresh(at: now) && (!remoteSession || $0.hop == .origin) }
        let weighed = seen.compactMap { $0.weighed(at: now) }
        func has(_ weights: UsedEvidence.Weight...) -> Bool { weighed.contains { weights.contains($0.weight) } }

        let tier: Int
        let counted: Set<UsedEvidence.Weight>
        if has(.strong) {
            (tier, counted) = (3, [.strong, .site, .fixedNetwork])
        } else if has(.site) {
            (tier, counted) = (2, [.site, .fixedNetwork, .trip])
        } else if has(.fixedNetwork, .mobileNetwork) {
            (tier, counted) = (1, [.fixedNetwork, .mobileNetwork, .trip, .home])
        } else {
            (tier, counted) = (0, [])
        }
        let used = weighed.filter { counted.contains($0.weight) }.sorted { ($0.id, $0.observed) < ($1.id, $1.observed) }
        let countries = Set(used.map(\.country))

        var alerts: Set<LocationAlert> = []
        if countries.count > 1 { alerts.insert(.conflict) }
        if seen.contains(where: \.anonymizer) { alerts.insert(.anonymizer) }
        self.init(
            places: countries.isEmpty ? .anywhere : .among(countries), tier: tier, used: used, alerts: alerts,
            freshUntil: evidence.compactMap { $0.nextChange(after: now) }.min())
    }
}

extension Evidence {
    private var end: Instant {
        // The last instant at which it counts, so half-open from the next nanosecond on.
        let byAge = observed.adding(seconds: kind.freshSeconds)
        guard let until else { return byAge }
        return kind == .travelBooking ? until : min(until, byAge)
    }

    func isFresh(at now: Instant) -> Bool {
        observed <= now.adding(seconds: EvidenceKind.clockSkewSeconds) && now <= end
    }

    /// When this piece next begins or ceases to count; nil if it never will again.
    func nextChange(after now: Instant) -> Instant? {
        guard now <= end else { return nil }
        let start = observed.adding(seconds: -EvidenceKind.clockSkewSeconds)
        if now < start { return start }
        return end == .distantFuture ? nil : Instant(nanoseconds: end.nanoseconds + 1)
    }

    /// Nil for what says nothing about place.
    func weighed(at now: Instant) -> UsedEvidence? {
        guard let country, let weight else { return nil }
        return UsedEvidence(
            id: id, kind: kind, country: country, observed: observed,
            ageSeconds: max(0, now.seconds - observed.seconds), weight: weight)
    }

    private var weight: UsedEvidence.Weight? {
        switch kind {
        case .badgeIn, .gpsAttested: .strong
        case .siteNetwork: .site
        case .ipGeo:
            switch network {
            case _ where anonymizer: nil
            case .fixed: .fixedNetwork
            case .mobile: .mobileNetwork
            case .hosting, .anycast, .satellite: nil
            }
        case .travelBooking: .trip
        case .hrSite: .home
        }
    }
}
