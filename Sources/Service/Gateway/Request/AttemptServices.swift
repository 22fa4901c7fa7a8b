internal import Dialects
internal import Ledger
internal import Runtime
internal import Upstream

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
    func refusedByUpstream(_ refusal: UpstreamRefusal) { log.upstreamRefused(refusal) }
}
