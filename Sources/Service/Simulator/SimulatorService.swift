internal import Bytes
internal import Crypto
internal import HTTP
internal import JSON
internal import Runtime
internal import Transport

/// Takes requests, judges them as the vendor would, and starts their answers.
@EventLoop
final class SimulatorService: RequestHandler {
    private let profile: VendorProfile
    private let models: [String]
    private let allowsInBandScript: Bool
    private let key: KeyCheck
    private let log: ByteLog
    private let run: String
    private let tokensPerSecond: Int
    private var parser = JSONParser()
    private let hasher = SHA256()
    private var exchanges: UInt64 = 0
    private var running: [UInt64: any RunningAnswer] = [:]
    private var tickers: [Int: Ticker] = [:]

    let context = AnswerContext()
    var script: Script

    /// - Parameter run: eight hexadecimal digits that tell this run's ids from another's.
    init(_ options: SimulatorOptions, key: KeyCheck, script: Script, log: ByteLog, run: String) {
        profile = options.vendor
        models = options.models
        allowsInBandScript = options.allowsInBandScript
        tokensPerSecond = options.tokensPerSecond
        self.key = key
        self.script = script
        self.log = log
        self.run = run
    }

    var runningCount: Int { running.count }
    var exchangeCount: UInt64 { exchanges }
    var bytesLogged: UInt64 { log.bytesLogged }
    func flush(_ done: @escaping () -> Void) { log.flush(done) }

    /// Nothing more is sent; the log says which answers were cut by it.
    func stop() { for answer in running.values { answer.stop() } }

    // MARK: A request

    func begin(_ exchange: ServerExchange) {
        exchanges += 1
        let number = exchanges
        let head = exchange.head
        let hasVersion = head.fields.count(of: "anthropic-version") > 0
        let route = Route.find(head.path, profile, hasVersion: hasVersion)
        let presented = key.check(head.fields, keyHeaders(route))
        let pending = PendingRequest(
            exchange: exchange, number: number, route: route, wire: route?.wire ?? profile.firstProtocol,
            key: presented, request: AnswerIdentity(run: run, exchange: number, model: "", created: 0).request)
        log.request(number, connection: exchange.connectionNumber, head, key: presented)
        exchange.readBody { [self] result in
            switch result {
            case .failure: ending(pending).lost()
            case .success(let body):
                if head.body != .none { log.body(number, connection: exchange.connectionNumber, body) }
                do throws(VendorFault) {
                    try answer(pending, body)
                } catch {
                    refuse(pending, error)
                }
            }
        }
    }

    private func keyHeaders(_ route: Route?) -> [KeyHeader] {
        switch route {
        case .administration: [.bearer, .xAPIKey, .apiKey]
        default: profile.keyHeaders(of: route?.wire ?? profile.firstProtocol)
        }
    }

    private func answer(_ pending: PendingRequest, _ body: [UInt8]) throws(VendorFault) {
        try HeadCheck(profile: profile).check(pending.exchange.head, pending.route, pending.wire, key: pending.key)
        switch pending.route {
        case .models(let wire): send(pending, ModelList(models: models, owner: profile.name).list(wire))
        case .model(let wire, let id):
            guard models.contains(id) else { throw HeadCheck.unknownModel(id, wire) }
            send(pending, ModelList(models: models, owner: profile.name).one(id, wire))
        case .administration(let act): Administration(service: self).answer(pending, act, body)
        case .countTokens:
            _ = try AnthropicRequest(models: models).read(
                document(body, .anthropic), schema: AnthropicSchema.countTokens)
            var writer = JSONWriter()
            writer.object { $0.member("input_tokens", Usage.inputTokens(bodyLength: body.count)) }
            send(pending, writer.bytes)
        case .chat(let wire):
            let document = try document(body, wire)
            let request =
                switch wire {
                case .openAI: try OpenAIRequest(profile: profile, models: models).read(document)
                case .anthropic: try AnthropicRequest(models: models).read(document)
                }
            try answer(pending, request, body)
        case nil: throw HeadCheck.unknownPath(pending.exchange.head, pending.wire)
        }
    }

    private func document(_ body: [UInt8], _ wire: VendorProtocol) throws(VendorFault) -> JSONDocument {
        do throws(JSONError) {
            return try parser.parse(body)
        } catch {
            throw HeadCheck.unreadable(error, wire)
        }
    }

    // MARK: A chat

    private func answer(_ pending: PendingRequest, _ request: ChatRequest, _ body: [UInt8]) throws(VendorFault) {
        let play = try play(pending, request)
        if let status = play.status { return send(pending, scripted: status, play) }
        hasher.update(body)
        let digest = Array(hasher.finish().hexadecimal.utf8)
        let answer = compose(pending, request, play, digest: digest, bodyLength: body.count)
        let place = ending(pending)
        if request.streams {
            let stream = AnswerStream(
                pending.exchange, answer, play: play, ticker: ticker(play.tokensPerSecond ?? tokensPerSecond),
                context: context,
                ending: place, fields: fields(pending, type: "text/event-stream; charset=utf-8"),
                requestID: pending.request
            )
            running[pending.number] = stream
            stream.begin()
        } else {
            send(pending, status: 200, answer.whole(), play)
        }
    }

    private func play(_ pending: PendingRequest, _ request: ChatRequest) throws(VendorFault) -> Play {
        if allowsInBandScript {
            do throws(ScriptFault) {
                if let (play, source) = try ScriptReader.inBand(request.lastUserText) {
                    log.played(pending.number, connection: pending.exchange.connectionNumber, source)
                    return play
                }
            } catch {
                throw VendorFault(
                    rule: .scriptFaulty, status: 400, message: "in-band script: \(error.message)", code: "bad_script")
            }
        }
        let fields = pending.exchange.head.fields
        let subject = Script.Subject(
            model: request.model, lastUserText: request.lastUserText,
            header: { name in fields.all.first { $0.name == name }?.value })
        guard let rule = script.take(subject) else { return Play() }
        log.played(pending.number, connection: pending.exchange.connectionNumber, rule.source)
        return rule.play
    }

    private func compose(
        _ pending: PendingRequest, _ request: ChatRequest, _ play: Play, digest: [UInt8], bodyLength: Int
    ) -> Answer {
        let identity = AnswerIdentity(
            run: run, exchange: pending.number, model: play.model ?? request.model, created: Clocks.wall / 1_000_000_000
        )
        let draft = Drafting(request: request, digest: digest, play: play).draft()
        let input = Usage.inputTokens(bodyLength: bodyLength)
        switch request.wire {
        case .anthropic:
            return .anthropic(
                AnthropicAnswer(
                    identity: identity, draft: draft, inputTokens: input,
                    region: play.region ?? request.region ?? "not_available", omitsUsage: play.omitsUsage))
        case .openAI:
            var usage = OpenAIStyle.UsagePlace.none
            if profile.sendsUsageWithFinish { usage = .withFinish }
            if request.includesUsage { usage = .ownChunk }
            if play.omitsUsage { usage = .omitted }
            let style = OpenAIStyle(
                usage: usage, namesTier: profile.namesTier,
                writesObfuscation: profile.writesObfuscation && request.includesObfuscation && request.streams,
                startsWithPromptFilter: profile.startsWithPromptFilter)
            return .openAI(
                OpenAIAnswer(
                    identity: identity, draft: draft, choices: request.choices, inputTokens: input, style: style))
        }
    }

    private func ticker(_ rate: Int) -> Ticker {
        if let ticker = tickers[rate] { return ticker }
        let ticker = Ticker(tokensPerSecond: rate)
        tickers[rate] = ticker
        return ticker
    }

    // MARK: Sending

    func send(_ pending: PendingRequest, _ body: [UInt8]) { send(pending, status: 200, body, Play()) }

    private func send(_ pending: PendingRequest, scripted status: Play.Status, _ play: Play) {
        let message = status.message ?? "Scripted status \(status.code)."
        let body =
            status.body.map { Array($0.utf8) }
            ?? VendorFault.body(
                status: status.code, message: message, type: status.type, pending.wire, request: pending.request)
        send(pending, status: status.code, body, play, more: status.headers.map { ($0.name, $0.value) })
    }

    func refuse(_ pending: PendingRequest, _ fault: VendorFault) {
        send(pending, status: fault.status, fault.body(pending.wire, request: pending.request), Play())
    }

    func send(
        _ pending: PendingRequest, status: Int, _ body: [UInt8], _ play: Play,
        more: [(name: String, value: String)] = []
    ) {
        let whole = WholeAnswer(
            pending.exchange, status: status, fields: fields(pending, type: "application/json") + more, body: body,
            play: play,
            ending: ending(pending))
        running[pending.number] = whole
        whole.begin()
    }

    private func fields(_ pending: PendingRequest, type: String) -> [(name: String, value: String)] {
        switch pending.wire {
        case .openAI:
            [("content-type", type), ("x-request-id", pending.request), ("openai-version", "2020-10-01")]
        case .anthropic:
            [("content-type", type), ("request-id", pending.request), ("anthropic-organization-id", "org-simulated")]
        }
    }

    private func ending(_ pending: PendingRequest) -> AnswerEnding {
        AnswerEnding(
            exchange: pending.number, connection: pending.exchange.connectionNumber, log: log,
            forget: { [weak self] number in self?.running[number] = nil })
    }
}
