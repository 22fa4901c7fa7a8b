package import Runtime
internal import TLS
package import Telemetry

/// Looks at certificates, keys and lists of authorities once a second, on a thread of its own, and tells what came of
/// a change: in the log, and to whoever raises alerts.
@EventLoop
package final class NetworkWatch {
    private let network: InstallationNetwork
    private let thread = Confined<InstallationNetwork>(name: "certificates")
    private let logger: Logger
    private let alert: @EventLoop (_ detail: String) -> Void
    private var isLooking = false

    /// - Parameter alert: new files cannot be used; those before stay in use.
    package init(
        _ network: InstallationNetwork, metrics: Metrics, logger: Logger,
        alert: @escaping @EventLoop (_ detail: String) -> Void
    ) {
        self.network = network
        self.logger = logger
        self.alert = alert
        for (name, _) in network.ends {
            metrics.gauge(
                "portcullis_certificate_not_after_seconds", "When a certificate in use ends, in seconds since 1970.",
                [("of", name)]
            ) { Int(network.ends.first { $0.of == name }?.notAfter ?? 0) }
        }
    }

    package func start() {
        let network = network
        thread.open { () throws(Never) in network }
        Ticker.every(nanoseconds: .seconds(1)) { [weak self] in self?.look() }
    }

    private func look() {
        guard !isLooking else { return }
        isLooking = true
        let taken = thread.submit { network in
            let notices = network.reload()
            EventLoop.post { self.take(notices) }
        }
        if !taken { isLooking = false }
    }

    private func take(_ notices: [InstallationNetwork.Notice]) {
        isLooking = false
        for notice in notices {
            switch notice.reload {
            case .replaced(let notAfter):
                logger.info("certificates_read", ["of": .name(notice.of), "not_after": .number(notAfter)])
            case .kept(let error):
                logger.error(
                    "certificates_not_used",
                    [
                        "of": .name(notice.of), "problem": .setting(error.message),
                        "consequence": .word("those before stay in use"),
                    ])
                alert("\(notice.of): \(error.message)")
            }
        }
    }
}
