internal import Dialects
internal import Ledger
internal import Registry
internal import Runtime
internal import Transport
internal import Upstream
internal import Vocabulary

/// What every attempt of a node shares.
@EventLoop
final class AttemptServices {
    let state: NodeState
    let upstream: Upstream
    let metrics: GatewayMetrics
    var scratch = AnswerScratch()
    private let log: GatewayLog

    init(state: NodeState, upstream: Upstream, metrics: GatewayMetrics, log: GatewayLog) {
        self.state = state
        self.upstream = upstream
        self.metrics = metrics
        self.log = log
    }

    func recordFailed(_ error: LedgerError) { log.recordFailed(error) }
    /// What an operator can repair is said; what is the vendor's own is in the record.
    func failed(_ fault: ClientFault, _ deployment: DeploymentID) {
        guard let remedy = fault.remedy else { return }
        log.upstreamFailed(deployment, code: fault.code, remedy: remedy)
    }
    func refusedByUpstream(_ refusal: UpstreamRefusal) { log.upstreamRefused(refusal) }
}
