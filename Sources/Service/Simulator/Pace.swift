/// When each beat of a stream is due: the first at the start, each later one a period after the one before. Counted
/// from the start, never from the last beat sent, so that lateness does not add up to drift.
struct Pace: Equatable {
    private(set) var start: UInt64
    let period: UInt64

    /// CLOCK_MONOTONIC nanoseconds and a length in them.
    init(start: UInt64, period: UInt64) {
        precondition(period > 0)
        self.start = start
        self.period = period
    }

    func time(of beat: Int) -> UInt64 { start &+ UInt64(beat) &* period }

    /// How many beats are due at `now`; none before the start.
    func due(at now: UInt64) -> Int {
        now < start ? 0 : Int(clamping: (now - start) / period) + 1
    }

    /// Everything from here on comes so much later.
    mutating func delay(by nanoseconds: UInt64) { start &+= nanoseconds }
}
