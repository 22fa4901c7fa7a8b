internal import CLinux
internal import Glibc

/// Signals as events of the loop. Made before any other thread starts, so that no thread takes them elsewhere.
@EventLoop
package final class Signals: EventSource {
    package enum Kind: Sendable { case interrupt, terminate, hangUp }

    private let descriptor: Int32
    private var registration: Reactor.Registration?
    private let received: @EventLoop (Kind) -> Void

    /// Blocks SIGINT, SIGTERM and SIGHUP for this thread and all later ones, and ignores SIGPIPE.
    package init(_ received: @escaping @EventLoop (Kind) -> Void) {
        self.received = received
        signal(SIGPIPE, SIG_IGN)
        let numbers: [Int32] = [SIGINT, SIGTERM, SIGHUP]
        descriptor = portcullis_signalfd(numbers, Int32(numbers.count))
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
