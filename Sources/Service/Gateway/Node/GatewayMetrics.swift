internal import Dialects
internal import Runtime
internal import Stores
internal import Telemetry
internal import Vocabulary

/// What a gateway counts. Names follow Prometheus' conventions; docs/metrics.md has them all, with the bound of each
/// label. Everything that is counted on the way of a request is made at the start.
@EventLoop
final class GatewayMetrics {
    /// How a request ended.
    enum Outcome: String, CaseIterable {
        case whole
        case stream
        case refused
        case failed
        case clientLeft = "client_left"
        /// Without a valid key.
        case unauthenticated
    }

    let registry: Metrics
    private var requests: [EndpointName: [Outcome: Metrics.Counter]] = [:]
    private var responses: [EndpointName: [Int: Metrics.Counter]] = [:]
    private let refusals: [Refusal.Code: Metrics.Counter]
    private let firstBytes: Histogram
    private let added: Histogram
    private let chunkTimes: Histogram
    private let chunkBytes: Metrics.Counter
    let decisionsDenied: Metrics.Counter
    let decisionsPermitted: Metrics.Counter
    let cutStreams: Metrics.Counter
    let rejectedKeys: Metrics.Counter
    let upstreams: UpstreamMetrics
    let ledger: LedgerMetrics
    let alerts: AlertMetrics

    init(node: String) {
        let registry = Metrics(node: node)
        self.registry = registry
        refusals = Dictionary(
            uniqueKeysWithValues: Refusal.Code.allCases.map { code in
                (
                    code,
                    registry.counter(
                        "portcullis_refusals_total", "Refused requests by code.", [("code", code.rawValue)])
                )
            })
        decisionsDenied = registry.counter(
            "portcullis_decisions_total", "Decisions about one candidate by effect.", [("effect", "deny")])
        decisionsPermitted = registry.counter(
            "portcullis_decisions_total", "Decisions about one candidate by effect.", [("effect", "permit")])
        cutStreams = registry.counter(
            "portcullis_cut_streams_total", "Answers ended because their decision no longer held.")
        rejectedKeys = registry.counter("portcullis_rejected_keys_total", "Requests without a valid key.")
        firstBytes = registry.histogram(
            "portcullis_first_byte_seconds", "From the request's head to the first byte shown.")
        added = registry.histogram(
            "portcullis_added_seconds", "The same without the wait for models: what the gate itself adds.")
        chunkTimes = registry.histogram(
            "portcullis_chunk_seconds", "From a streamed piece's record being staged to its being shown.")
        chunkBytes = registry.counter("portcullis_streamed_bytes_total", "Bytes of streamed answers shown to clients.")
        upstreams = UpstreamMetrics(registry)
        ledger = LedgerMetrics(registry)
        alerts = AlertMetrics(registry)
        for endpoint in EndpointName.allCases {
            for outcome in Outcome.allCases {
                requests[endpoint, default: [:]][outcome] = registry.counter(
                    "portcullis_requests_total", "Requests by endpoint and by how they ended.",
                    [("endpoint", endpoint.rawValue), ("outcome", outcome.rawValue)])
            }
            for status in GatewayMetrics.statuses {
                responses[endpoint, default: [:]][status] = registry.counter(
                    "portcullis_responses_total", "Answers to clients by endpoint and HTTP status.",
                    [("endpoint", endpoint.rawValue), ("code", status == 0 ? "other" : "\(status)")])
            }
        }
    }

    /// The statuses with a series of their own; 0 stands for all others.
    private nonisolated static let statuses = [
        200, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431, 451, 500, 501, 502, 503, 504, 529, 0,
    ]

    func ended(_ endpoint: EndpointName, _ outcome: Outcome) { requests[endpoint]?[outcome]?.add() }

    func responded(_ endpoint: EndpointName, status: Int) {
        let counters = responses[endpoint]
        (counters?[status] ?? counters?[0])?.add()
    }

    func refused(_ code: Refusal.Code) { refusals[code]?.add() }

    func firstByte(of visit: Visit) {
        let took = Reactor.shared.now &- visit.began
        firstBytes.observe(nanoseconds: took)
        added.observe(nanoseconds: took > visit.waitedForModels ? took - visit.waitedForModels : 0)
    }

    func chunk(bytes: Int, stagedAt: UInt64) {
        chunkBytes.add(UInt64(bytes))
        chunkTimes.observe(nanoseconds: Reactor.shared.now &- stagedAt)
    }
}

/// The endpoints as a label.
enum EndpointName: String, CaseIterable {
    case chatCompletions = "chat_completions"
    case messages
    case models
    case other

    init(_ endpoint: any Endpoint) {
        switch endpoint.path {
        case "/v1/chat/completions": self = .chatCompletions
        case "/v1/messages": self = .messages
        default: self = .other
        }
    }
}
