/// Calls a closure again and again, for as long as the process lives. For the few things that must look at the clock.
@EventLoop
package final class Ticker: TimerTarget {
    private let period: UInt64
    private let tick: @EventLoop () -> Void

    private init(_ period: UInt64, _ tick: @escaping @EventLoop () -> Void) {
        self.period = period
        self.tick = tick
    }

    package static func every(nanoseconds period: UInt64, _ tick: @escaping @EventLoop () -> Void) {
        let ticker = Ticker(period, tick)
        _ = Reactor.shared.schedule(after: period, ticker, token: 0)
    }

    package func timerFired(token: UInt32) {
        _ = Reactor.shared.schedule(after: period, self, token: 0)
        tick()
    }
}
