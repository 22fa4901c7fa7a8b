internal import Ledger
internal import Runtime
internal import Telemetry
internal import Vocabulary

/// What a gateway counts of each deployment. A deployment gets its series when it is tried for the first time.
@EventLoop
final class UpstreamMetrics {
    /// LIMIT: deployments with series of their own; all later ones share `other`.
    nonisolated static let maximumDeployments = 128

    /// What became of a try, as a label: answered, or as the ledger's HOP record says it.
    private nonisolated static let answered = "answered"

    private final class Series {
        var outcomes: [String: Metrics.Counter] = [:]
        let firstByte: Histogram

        init(firstByte: Histogram) { self.firstByte = firstByte }
    }

    private let registry: Metrics
    private var series: [DeploymentID: Series] = [:]
    private var rest: Series?

    init(_ registry: Metrics) { self.registry = registry }

    func answered(_ deployment: DeploymentID) { count(deployment, UpstreamMetrics.answered) }
    func failed(_ deployment: DeploymentID, _ outcome: HopRecord.Outcome) { count(deployment, outcome.rawValue) }

    func firstByte(_ deployment: DeploymentID, nanoseconds: UInt64) {
        found(deployment).firstByte.observe(nanoseconds: nanoseconds)
    }

    private func count(_ deployment: DeploymentID, _ outcome: String) { found(deployment).outcomes[outcome]?.add() }

    private func found(_ deployment: DeploymentID) -> Series {
        if let known = series[deployment] { return known }
        if series.count < UpstreamMetrics.maximumDeployments {
            let made = make(deployment.text)
            series[deployment] = made
            return made
        }
        if let rest { return rest }
        let made = make("other")
        rest = made
        return made
    }

    private func make(_ name: String) -> Series {
        let made = Series(
            firstByte: registry.histogram(
                "portcullis_upstream_first_byte_seconds", "From the bytes sent to a model to its answer's head.",
                [("deployment", name)]))
        let tried: [HopRecord.Outcome] = [.connect, .firstByte, .status, .cut, .denied, .error]
        for outcome in [UpstreamMetrics.answered] + tried.map(\.rawValue) {
            made.outcomes[outcome] = registry.counter(
                "portcullis_upstream_attempts_total", "Tries at a model by deployment and by what became of them.",
                [("deployment", name), ("outcome", outcome)])
        }
        return made
    }
}
