internal import Runtime

/// Calls a closure once, later.
@EventLoop
final class Delay: TimerTarget {
    private let body: @EventLoop () -> Void

    private init(_ body: @escaping @EventLoop () -> Void) { self.body = body }

    static func call(after nanoseconds: UInt64, _ body: @escaping @EventLoop () -> Void) {
        _ = Reactor.shared.schedule(at: Clocks.monotonic &+ nanoseconds, Delay(body), token: 0)
    }

    func timerFired(token: UInt32) { body() }
}
