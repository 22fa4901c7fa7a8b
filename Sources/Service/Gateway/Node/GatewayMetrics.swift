internal import Runtime
internal import Telemetry
internal import Vocabulary

/// What a gateway counts. Names follow Prometheus' conventions.
@EventLoop
final class GatewayMetrics {
    let registry: Metrics
    private let answers: [String: Metrics.Counter]
    private let refusals: [Refusal.Code: Metrics.Counter]
    private let firstBytes: Metrics.Histogram
    let decisionsDenied: Metrics.Counter
    let cutStreams: Metrics.Counter
    let rejectedKeys: Metrics.Counter

    nonisolated private static let kinds = ["whole", "stream", "failed", "client_left"]

    init(node: String) {
        let registry = Metrics(node: node)
        self.registry = registry
        answers = Dictionary(
            uniqueKeysWithValues: GatewayMetrics.kinds.map { kind in
                (
                    kind,
                    registry.counter(
                        "portcullis_answers_total", "Requests by how they were answered.", [("kind", kind)])
                )
            })
        refusals = Dictionary(
            uniqueKeysWithValues: Refusal.Code.allCases.map { code in
                (
                    code,
                    registry.counter(
                        "portcullis_refusals_total", "Refused requests by code.", [("code", code.rawValue)])
                )
            })
        decisionsDenied = registry.counter("portcullis_denied_candidates_total", "Candidates that policy denied.")
        cutStreams = registry.counter(
            "portcullis_cut_streams_total", "Answers ended because their decision no longer held.")
        rejectedKeys = registry.counter("portcullis_rejected_keys_total", "Requests without a valid key.")
        firstBytes = registry.histogram("portcullis_first_byte_seconds", "From the request to the first byte shown.")
    }

    func answered(_ kind: String) { answers[kind]?.add() }
    func refused(_ code: Refusal.Code) { refusals[code]?.add() }
    func firstByte(of visit: Visit) { firstBytes.observe(nanoseconds: Reactor.shared.now &- visit.began) }
}
