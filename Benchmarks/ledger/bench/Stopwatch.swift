import Glibc

/// Time on the wall and on the processors, of all threads of this process.
struct Stopwatch {
    private let wall = Stopwatch.read(CLOCK_MONOTONIC)
    private let processor = Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID)

    var seconds: Double { Stopwatch.read(CLOCK_MONOTONIC) - wall }
    var processorSeconds: Double { Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID) - processor }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
