internal import Bytes
internal import Ledger
internal import Policy
internal import Vocabulary

/// What a client and an upstream would have in their own books about one exchange.
package struct BookEntry: Sendable, Equatable {
    package var index: UInt64
    package var received: [UInt8]
    /// Per admission.
    package var sent: [[UInt8]] = []
    package var returned: [[UInt8]] = []
    package var shown: [UInt8] = []
    package var decisions: [[UInt8]] = []
    /// complete, abort, cut, refused or open.
    package var end = "open"
    /// Index that has to be durable for the entry to be acknowledged.
    package var lastIndex: UInt64 = 0
}

/// Random exchanges, interleaved, through the same calls that the gateway makes.
package final class SampleTraffic {
    package struct Sizes: Sendable {
        package var body = 0..<6_000
        package var chunk = 1..<900
        package var chunks = 0..<8

        package init() {}
    }

    private final class Running {
        let exchange: Exchange
        var entry: BookEntry
        var chunksLeft: Int
        var hop = 0
        var isFirstChunk = true

        init(_ exchange: Exchange, _ entry: BookEntry, chunks: Int) {
            self.exchange = exchange
            self.entry = entry
            chunksLeft = chunks
        }
    }

    private let log: TestLog
    private var random: SeededRandom
    private let sizes: Sizes
    private var running: [Running] = []
    private var conversation: Body.Earlier?
    /// Entries of exchanges that have ended.
    package private(set) var book: [BookEntry] = []

    package init(_ log: TestLog, seed: UInt64, sizes: Sizes = Sizes()) {
        self.log = log
        random = SeededRandom(seed)
        self.sizes = sizes
    }

    /// How many exchanges have begun.
    package var count: Int { book.count + running.count }

    /// Entries of ended and of open exchanges.
    package var entries: [BookEntry] { book + running.map(\.entry) }

    /// Does something somewhere: begins an exchange or goes on with one. Nothing is committed.
    package func step() throws {
        log.advance(milliseconds: 1)
        if running.isEmpty || (running.count < 6 && random.below(3) == 0) {
            try begin()
        } else {
            try goOn(random.below(running.count))
        }
    }

    /// Lets every open exchange come to its end.
    package func finish() throws {
        while !running.isEmpty {
            log.advance(milliseconds: 1)
            try goOn(running.count - 1)
        }
    }

    private func begin() throws {
        try log.prepare()
        let exchange = try log.core.beginExchange(at: log.now)
        let bytes = body()
        switch random.below(8) {
        case 0: try refuse(exchange, bytes)
        case 1: try hopThenAdmit(exchange, bytes)
        default:
            let kept = Body.keeping(bytes, after: conversation)
            let running = Running(exchange, BookEntry(index: 0, received: bytes), chunks: chunks())
            try admit(running, kept, base: kept.prefix == nil ? nil : bytes)
            let links = kept.prefix == nil ? 1 : (conversation?.links ?? 0) + 1
            conversation = Body.Earlier(index: running.entry.index, bytes: bytes, links: links)
            self.running.append(running)
        }
    }

    /// Half of the time a continuation of the last body, as a client resends a conversation.
    private func body() -> [UInt8] {
        if let conversation, conversation.bytes.count < 20_000, random.below(2) == 0 {
            return conversation.bytes.dropLast(2) + random.bytes(random.below(500) + 2)
        }
        return random.bytes(Int.random(in: sizes.body, using: &random))
    }

    private func chunks() -> Int { Int.random(in: sizes.chunks, using: &random) }

    private func caller() -> Caller {
        Caller(
            person: PersonID("p\(random.below(50))"), account: AccountID("a1"), key: KeyID("k7"),
            entity: EntityID("meridian-hk"), useCase: UseCaseID("chat"), accountable: [PersonID("p1")].compactMap { $0 }
        )
    }

    private func head() -> RecordedRequestHead {
        RecordedRequestHead(
            method: "POST", path: "/v1/messages?key=secret",
            headers: RecordedHeaders([
                ("Content-Type", "application/json"), ("X-API-Key", "sk-secret"), ("anthropic-version", "2023-06-01"),
            ]))
    }

    private func derived(from base: [UInt8]) -> Derived {
        if random.below(9) == 0 { return .bytes(random.bytes(random.below(300))) }
        var splices: [Splice] = []
        var position = 0
        while position < base.count, splices.count < 4, random.below(3) > 0 {
            let offset = position + random.below(base.count - position + 1)
            let removed = random.below(min(40, base.count - offset) + 1)
            splices.append(Splice(offset: offset, removedCount: removed, inserted: random.bytes(random.below(30))))
            position = offset + removed + 1
        }
        return .splices(splices)
    }

    private func decision() -> [UInt8] { random.bytes(200 + random.below(900)) }
    private let office = PermitOffice()

    private func admit(_ running: Running, _ received: Body, base: [UInt8]?) throws {
        let whole = running.entry.received
        let sent = derived(from: whole)
        guard let outgoing = sent.applied(to: whole) else { preconditionFailure("the splices do not fit") }
        let deployment: DeploymentID = DeploymentID("claude-opus-direct")
        let record = AdmitRecord(
            caller: caller(), head: head(), conversation: "c\(random.below(9))", hop: running.hop, received: received,
            sent: sent,
            route: RecordedRoute(
                modelAsked: "Claude-Opus", model: ModelID("claude-opus-4-8"), deployment: deployment,
                operatorID: VendorID("anthropic"), channel: "direct", contract: ContractID("anthropic-2026"),
                regions: ["US", "IE"], upstreamModel: "claude-opus-4-8"),
            findings: [
                RecordedFinding(
                    detector: "card", field: "messages[0].content", range: 3..<19, confidence: "high", verdict: "redact"
                )
            ])
        let permit = office.permit(
            deployment: deployment, lease: TestLog.lease,
            markets: (0..<random.below(40)).map { "m\($0)-\(random.below(1 << 20))" })
        let decision = permit.encodedDecision
        let ticket = try log.core.admit(
            permit, record, base: base, outgoing: outgoing, in: running.exchange, at: log.now)
        running.entry.lastIndex = ticket.durableFrom - 1
        if running.exchange.first == ticket.index { running.entry.index = ticket.index }
        running.entry.sent.append(outgoing)
        running.entry.returned.append([])
        running.entry.decisions.append(decision)
    }

    private func hopThenAdmit(_ exchange: Exchange, _ bytes: [UInt8]) throws {
        let running = Running(exchange, BookEntry(index: 0, received: bytes), chunks: chunks())
        let decision = decision()
        let record = HopRecord(
            hop: 0, deployment: DeploymentID("gpt-direct"), outcome: .status, status: 529, returned: random.bytes(60),
            request: HopRecord.Request(caller: caller(), head: head(), received: Body(bytes)))
        _ = try log.core.hop(record, decision: decision, in: exchange, lease: TestLog.lease, at: log.now)
        running.entry.index = exchange.first ?? 0
        running.entry.decisions.append(decision)
        running.hop = 1
        let kept = Body(prefix: Body.Prefix(at: running.entry.index, keep: bytes.count), bytes: [])
        try admit(running, kept, base: bytes)
        self.running.append(running)
    }

    private func refuse(_ exchange: Exchange, _ bytes: [UInt8]) throws {
        let decision = decision()
        let shown = random.bytes(random.below(800))
        let record = RefusedRecord(
            caller: caller(), head: head(), modelAsked: "claude-opus-4-8", received: Body(bytes), code: .policyDenied,
            answer: RecordedAnswerHead(status: 403, headers: RecordedHeaders([("content-type", "application/json")])),
            shown: shown)
        let last = try log.core.refuse(record, decision: decision, in: exchange, lease: TestLog.lease, at: log.now)
        book.append(
            BookEntry(
                index: exchange.first ?? 0, received: bytes, shown: shown, decisions: [decision], end: "refused",
                lastIndex: last))
    }

    private func goOn(_ position: Int) throws {
        let running = self.running[position]
        try log.prepare()
        if running.chunksLeft > 0 {
            running.chunksLeft -= 1
            try chunk(running)
            return
        }
        if random.below(4) == 0, running.entry.end == "open" {
            let bytes = random.bytes(40)
            running.entry.lastIndex = try log.core.shown(
                ShownRecord(bytes: bytes, why: "cut"), in: running.exchange, lease: TestLog.lease, at: log.now)
            running.entry.shown += bytes
        }
        let outcome = outcome(UInt64(running.entry.shown.count))
        running.entry.lastIndex = try log.core.end(
            outcome.record, in: running.exchange, lease: TestLog.lease, at: log.now)
        running.entry.end = outcome.name
        book.append(running.entry)
        self.running.remove(at: position)
    }

    private func outcome(_ shown: UInt64) -> (record: OutcomeRecord, name: String) {
        switch random.below(3) {
        case 0:
            let abort = OutcomeRecord.Abort(side: .upstream, reason: "reset", detail: "connection reset", shown: shown)
            return (.abort(abort), "abort")
        case 1: return (.cut(CutID("cut-1"), usage: ["output": 12], shown: shown), "cut")
        default:
            let completion = OutcomeRecord.Completion(
                model: "claude-opus-4-8-20260601", region: "us", requestID: "req_1", stop: "end_turn",
                usage: ["input": 10, "output": 20], shown: shown)
            return (.complete(completion), "complete")
        }
    }

    private func chunk(_ running: Running) throws {
        let bytes = random.bytes(Int.random(in: sizes.chunk, using: &random))
        let heads =
            running.isFirstChunk
            ? LogCore.AnswerHeads(
                upstream: RecordedAnswerHead(status: 200, headers: RecordedHeaders([("request-id", "req_1")])),
                client: RecordedAnswerHead(
                    status: 200, headers: RecordedHeaders([("content-type", "text/event-stream")])))
            : nil
        running.isFirstChunk = false
        let shown = random.below(3) == 0 ? derived(from: bytes) : .same
        running.entry.lastIndex = try bytes.span.bytes.withUnsafeBytes { (buffer) throws(LedgerError) in
            try log.core.chunk(
                buffer, shown: shown == .same ? .same : .derived(shown), heads: heads, in: running.exchange,
                lease: TestLog.lease, at: log.now)
        }
        running.entry.returned[running.entry.returned.count - 1] += bytes
        running.entry.shown += shown.applied(to: bytes) ?? []
    }
}
