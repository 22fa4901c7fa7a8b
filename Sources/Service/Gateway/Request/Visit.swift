internal import Dialects
internal import HTTP
internal import Identity
internal import Inspection
internal import JSON
internal import Ledger
internal import Location
internal import Runtime
internal import Stores
internal import Transport
internal import Vocabulary

/// One request on its way through the gate: what it is, who it is from, and where it is recorded.
@EventLoop
final class Visit {
    let exchange: ServerExchange
    let endpoint: any Endpoint
    let visitor: Visitor
    let caller: Directory.Caller
    let request: ParsedRequest
    let content: InspectableRequest
    let findings: [Finding]
    /// The log of the caller's custody, and this exchange in it.
    let log: LedgerLog
    let record: Exchange
    let conversation: String?
    /// Bytes of it were sent to a model.
    var wasSent = false
    /// Candidates tried or passed over so far.
    var hops = 0
    /// On the loop's clock.
    let began = Reactor.shared.now
    /// Nanoseconds between bytes sent to a model and its answer's head, all tries together.
    var waitedForModels: UInt64 = 0

    init(
        exchange: ServerExchange, endpoint: any Endpoint, visitor: Visitor, caller: Directory.Caller,
        request: ParsedRequest, content: InspectableRequest, findings: [Finding], log: LedgerLog, record: Exchange,
        conversation: String?
    ) {
        self.exchange = exchange
        self.endpoint = endpoint
        self.visitor = visitor
        self.caller = caller
        self.request = request
        self.content = content
        self.findings = findings
        self.log = log
        self.record = record
        self.conversation = conversation
    }

    var received: [UInt8] { request.document.bytes }

    /// `portcullis-ref`, once the first record is staged.
    var reference: String? {
        if knownReference == nil { knownReference = record.first.map { log.reference(to: $0).description } }
        return knownReference
    }
    private var knownReference: String?

    /// The received body for the next record: whole in the first one, a reference to it later.
    var body: Body {
        guard let first = record.first else { return Body(received) }
        return Body(prefix: Body.Prefix(at: first, keep: received.count), bytes: [])
    }

    var recordedCaller: Caller {
        Caller(
            person: { if case .person(let id) = caller.account.holder { id } else { nil } }(),
            account: caller.account.id,
            key: caller.bearer.key, session: caller.bearer.session, entity: caller.persons.first?.entity,
            useCase: caller.useCase, accountable: caller.account.accountable)
    }

    var recordedHead: RecordedRequestHead {
        RecordedRequestHead(
            method: exchange.head.method, path: String(exchange.head.path),
            headers: RecordedHeaders(exchange.head.fields.selected(Visit.recordedHeaders)))
    }

    /// What of a request's head is recorded. Credentials are not on it, and Ledger would leave them out if they were.
    private static let recordedHeaders = FieldNames([
        "content-type", "user-agent", "anthropic-version", "anthropic-beta", "openai-organization", "openai-project",
        "portcullis-conversation", "portcullis-purpose", "portcullis-data",
    ])

    func recordedFindings(_ verdict: (Finding) -> InspectionPolicy.Verdict) -> [RecordedFinding] {
        findings.map { finding in
            RecordedFinding(
                detector: finding.detector.rawValue, field: content.path(of: finding), range: finding.range,
                confidence: finding.confidence.name, verdict: verdict(finding).rawValue)
        }
    }
}
