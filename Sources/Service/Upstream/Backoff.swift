/// Rest for what fails: after some failures in a row a deployment is left alone for a while, doubling each time it
/// fails again. A value; the owner says what time it is (nanoseconds of one monotonic clock).
///
///     well ──failures──▶ resting ──time──▶ on trial ──success──▶ well
///                            ◀──────────failure──────────┘ (twice as long)
package struct Backoff: Hashable, Sendable {
    /// LIMIT: failures in a row before the first rest.
    package static let failuresBeforeRest = 3
    package static let firstRestNanoseconds: UInt64 = 1_000_000_000
    /// LIMIT: the longest rest.
    package static let longestRestNanoseconds: UInt64 = 60_000_000_000

    private var failures = 0
    private var rests = 0
    package private(set) var restingUntil: UInt64 = 0

    package init() {}

    package func isResting(at now: UInt64) -> Bool { now < restingUntil }

    package mutating func succeeded() { self = Backoff() }

    /// - Parameter retryAfterSeconds: what the vendor asked for, if it did; counts at once and is believed up to the
    ///   longest rest.
    package mutating func failed(at now: UInt64, retryAfterSeconds: Int? = nil) {
        failures += 1
        if let retryAfterSeconds, retryAfterSeconds > 0 {
            let asked = UInt64(retryAfterSeconds) * 1_000_000_000
            restingUntil = max(restingUntil, now + min(asked, Backoff.longestRestNanoseconds))
            return
        }
        guard failures >= Backoff.failuresBeforeRest else { return }
        let rest = min(Backoff.firstRestNanoseconds << UInt64(min(rests, 10)), Backoff.longestRestNanoseconds)
        rests += 1
        // On trial after the rest: one more failure is enough.
        failures = Backoff.failuresBeforeRest - 1
        restingUntil = now + rest
    }
}
