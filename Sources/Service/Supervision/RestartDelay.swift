/// The back-off of a program that ended by itself: at once, then 100 ms, then twice as long each time up to 5 s.
/// Whoever ran for 30 s is healthy and starts from the beginning.
package struct RestartDelay: Hashable, Sendable {
    package static let first: UInt64 = 100_000_000
    package static let longest: UInt64 = 5_000_000_000
    package static let healthy: UInt64 = 30_000_000_000

    private var next: UInt64 = 0

    package init() {}

    /// Nanoseconds until the next start. - Parameter ranFor: nanoseconds from its start to its end.
    package mutating func ended(ranFor: UInt64) -> UInt64 {
        if ranFor >= RestartDelay.healthy { next = 0 }
        defer { next = next == 0 ? RestartDelay.first : min(next * 2, RestartDelay.longest) }
        return next
    }
}
