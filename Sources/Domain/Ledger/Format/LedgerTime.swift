package import Vocabulary

/// The two clocks of a record, read together: the wall for people, CLOCK_BOOTTIME (nanoseconds) for leases and
/// durations.
package struct LedgerTime: Hashable, Sendable {
    package var wall: Instant
    package var monotonic: UInt64

    package init(wall: Instant, monotonic: UInt64) {
        self.wall = wall
        self.monotonic = monotonic
    }
}
