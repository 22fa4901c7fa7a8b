internal import CLinux
internal import Glibc

/// Signals as events of the loop. Threads of ours (`WorkThread`) block them, so that none takes them elsewhere.
@EventLoop
package final class Signals: EventSource {
    package enum Kind: Sendable { case interrupt, terminate, hangUp }

    private nonisolated static let numbers: [Int32] = [SIGINT, SIGTERM, SIGHUP]

    /// Holds the signals of this thread, and of those it starts, back until there is somebody to receive them.
    package nonisolated static func block() { portcullis_block_signals(numbers, Int32(numbers.count)) }

    private let descriptor: Int32
    private var registration: Reactor.Registration?
    private let received: @EventLoop (Kind) -> Void

    /// Blocks SIGINT, SIGTERM and SIGHUP for this thread and all later ones, and ignores SIGPIPE.
    package init(_ received: @escaping @EventLoop (Kind) -> Void) {
        self.received = received
        signal(SIGPIPE, SIG_IGN)
        descriptor = portcullis_signalfd(Signals.numbers, Int32(Signals.numbers.count))
        precondition(descriptor >= 0, "no signal descriptor: errno \(errno)")
        registration = Reactor.shared.register(descriptor, self, .readable)
    }

    package func ready(_ events: Readiness) {
        while true {
            switch portcullis_read_signal(descriptor) {
            case SIGINT: received(.interrupt)
            case SIGTERM: received(.terminate)
            case SIGHUP: received(.hangUp)
            default: return
            }
        }
    }
}
