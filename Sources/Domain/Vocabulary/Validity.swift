/// When something holds: a set of half-open intervals of UTC. A set and not one interval, because rules are suspended
/// and come back.
package struct Validity: Hashable, Sendable {
    /// Sorted, disjoint, not touching, none empty.
    package let intervals: [Range<Instant>]

    /// In any order; overlapping and touching intervals become one, empty ones vanish.
    package init(_ intervals: some Sequence<Range<Instant>>) {
        var merged: [Range<Instant>] = []
        for interval in intervals.sorted(by: { $0.lowerBound < $1.lowerBound }) where !interval.isEmpty {
            if let last = merged.last, interval.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, interval.upperBound)
            } else {
                merged.append(interval)
            }
        }
        self.intervals = merged
    }

    package static let always = Validity([Instant.distantPast..<Instant.distantFuture])

    package func contains(_ instant: Instant) -> Bool { intervals.contains { $0.contains(instant) } }

    /// Nil when it never holds.
    package var start: Instant? { intervals.first?.lowerBound }
}
