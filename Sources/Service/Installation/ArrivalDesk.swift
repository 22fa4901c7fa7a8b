package import Runtime
package import Telemetry
package import Transport

/// Counts how clients come in, and says why some do not: their address and a fixed sentence, never a byte of theirs.
@EventLoop
package final class ArrivalDesk: ArrivalObserver {
    private let metrics: Metrics
    private let logger: Logger
    private var done: [String: Metrics.Counter] = [:]
    private var failed: [String: Metrics.Counter] = [:]
    private var second: UInt64 = 0
    private var linesThisSecond = 0

    /// LIMIT: log lines a second about clients that did not get in; a scanner makes thousands. All are counted.
    private static let linesPerSecond = 10

    package init(metrics: Metrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    package func handshakeDone(version: String, isResumed: Bool) {
        let key = version + (isResumed ? " resumed" : "")
        let counter =
            done[key]
            ?? metrics.counter(
                "portcullis_tls_handshakes_total", "Handshakes of TLS with clients.",
                [("version", version), ("resumed", isResumed ? "true" : "false")])
        done[key] = counter
        counter.add()
    }

    package func arrivalFailed(_ fault: ArrivalFault, from peer: SocketAddress) {
        let counter =
            failed[fault.code]
            ?? metrics.counter(
                "portcullis_arrivals_failed_total", "Clients that did not get as far as a request.",
                [("reason", fault.code)])
        failed[fault.code] = counter
        counter.add()
        let now = Reactor.shared.now / 1_000_000_000
        if now != second { (second, linesThisSecond) = (now, 0) }
        linesThisSecond += 1
        guard linesThisSecond <= ArrivalDesk.linesPerSecond else { return }
        logger.info(
            "arrival_failed",
            [
                "reason": .name(fault.code), "peer": .setting(peer.description), "remedy": .setting(fault.message),
            ])
    }
}
