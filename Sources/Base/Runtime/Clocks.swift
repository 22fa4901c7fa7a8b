internal import Glibc

/// The three clocks of Linux that matter here, in nanoseconds. Pure code never reads them: it is given the time.
package enum Clocks {
    /// CLOCK_MONOTONIC: for deadlines and durations within one process.
    package static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }
    /// CLOCK_BOOTTIME: as monotonic, counting time asleep; for leases.
    package static var sinceBoot: UInt64 { read(CLOCK_BOOTTIME) }
    /// CLOCK_REALTIME: nanoseconds since 1970 UTC; for records and for the law.
    package static var wall: Int64 { Int64(read(CLOCK_REALTIME)) }

    /// Blocks the calling thread. For programs that wait for others, never on a loop.
    package static func sleep(nanoseconds: UInt64) {
        var rest = timespec(
            tv_sec: Int(clamping: nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        var left = timespec()
        while nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

extension UInt64 {
    package static func milliseconds(_ count: UInt64) -> UInt64 { count &* 1_000_000 }
    package static func seconds(_ count: UInt64) -> UInt64 { count &* 1_000_000_000 }
}
