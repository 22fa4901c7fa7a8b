internal import Runtime

/// The clock of all streams of one rate. Looks at each stream once a period, in the millisecond of its phase, and gives
/// sockets their turn in between when many beat together.
@EventLoop
final class Ticker: TimerTarget {
    /// LIMIT: streams that are served before the sockets are looked at again, times the loop's rounds of jobs.
    private static let streamsAtOnce = 64

    private var ring: PhaseRing<AnswerStream>
    /// The next tick to serve.
    private var tick: UInt64 = 0
    /// How many members of the tick under way are still to be served.
    private var left: Int?
    private var armed: (tick: UInt64, timer: Reactor.Timer)?
    private var isServing = false

    init(tokensPerSecond: Int) {
        ring = PhaseRing(period: 1_000_000_000 / UInt64(max(1, tokensPerSecond)))
    }

    /// What a stream's pace must be built with.
    var period: UInt64 { ring.period }
    var count: Int { ring.count }

    func add(_ stream: AnswerStream, beatingAt time: UInt64) -> PhasePlace {
        if ring.count == 0 { tick = max(tick, Reactor.shared.now / ring.width) }
        let place = ring.insert(stream, beatingAt: time)
        if !isServing { arm() }
        return place
    }

    func remove(_ place: PhasePlace) { ring.remove(place) }

    func timerFired(token: UInt32) {
        armed = nil
        guard !isServing else { return }
        isServing = true
        serve()
    }

    private func serve() {
        let current = Clocks.monotonic / ring.width
        // More than a turn behind: each stream is served once and catches up by itself.
        if left == nil, current >= UInt64(ring.slotCount) { tick = max(tick, current &- UInt64(ring.slotCount) &+ 1) }
        var budget = Ticker.streamsAtOnce
        while budget > 0 {
            guard tick <= current else { return rest() }
            let slot = ring.slot(of: tick)
            var index = left ?? ring.memberCount(in: slot)
            while index > 0, budget > 0 {
                index -= 1
                // Members may have left since the last round.
                guard index < ring.memberCount(in: slot) else { continue }
                ring.member(index, in: slot).advance(now: Clocks.monotonic)
                budget -= 1
            }
            left = index > 0 ? index : nil
            if left == nil { tick &+= 1 }
        }
        EventLoop.post { self.serve() }
    }

    private func rest() {
        isServing = false
        arm()
    }

    private func arm() {
        guard let next = ring.occupiedTick(from: tick) else { return }
        if let armed {
            if armed.tick <= next { return }
            Reactor.shared.cancel(armed.timer)
        }
        armed = (next, Reactor.shared.schedule(at: next &* ring.width, self, token: 0))
    }
}
