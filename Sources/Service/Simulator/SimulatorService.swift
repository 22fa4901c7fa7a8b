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

    let desk = AnswerDesk()
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
        let visit = Visit(
            exchange: exchange, number: number, route: route, wire: route?.wire ?? profile.firstProtocol,
            key: presented, request: AnswerIdentity(run: run, exchange: number, model: "", created: 0).request)
        log.request(number, connection: exchange.connectionNumber, head, key: presented)
        exchange.readBody { [self] result in
            switch result {
            case .failure: ending(visit).lost()
            case .success(let body):
                if head.body != .none { log.body(number, connection: exchange.connectionNumber, body) }
                do throws(VendorFault) {
                    try answer(visit, body)
                } catch {
                    refuse(visit, error)
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

    private func answer(_ visit: Visit, _ body: [UInt8]) throws(VendorFault) {
        try Door(profile: profile).check(visit.exchange.head, visit.route, visit.wire, key: visit.key)
        switch visit.route {
        case .models(let wire): send(visit, ModelList(models: models, owner: profile.name).list(wire))
        case .model(let wire, let id):
            guard models.contains(id) else { throw Door.unknownModel(id, wire) }
            send(visit, ModelList(models: models, owner: profile.name).one(id, wire))
        case .administration(let act): Administration(service: self).answer(visit, act, body)
        case .countTokens:
            _ = try AnthropicRequest(models: models).read(document(body, .anthropic), schema: AnthropicSchema.countTokens)
            var writer = JSONWriter()
            writer.object { $0.member("input_tokens", Usage.inputTokens(bodyLength: body.count)) }
            send(visit, writer.bytes)
        case .chat(let wire):
            let document = try document(body, wire)
            let request =
                switch wire {
                case .openAI: try OpenAIRequest(profile: profile, models: models).read(document)
                case .anthropic: try AnthropicRequest(models: models).read(document)
                }
            try answer(visit, request, body)
        case nil: throw Door.unknownPath(visit.exchange.head, visit.wire)
        }
    }

    private func document(_ body: [UInt8], _ wire: VendorProtocol) throws(VendorFault) -> JSONDocument {
        do throws(JSONError) {
            return try parser.parse(body)
        } catch {
            throw Door.unreadable(error, wire)
        }
    }

    // MARK: A chat

    private func answer(_ visit: Visit, _ request: ChatRequest, _ body: [UInt8]) throws(VendorFault) {
        let play = try play(visit, request)
        if let status = play.status { return send(visit, scripted: status, play) }
        hasher.update(body)
        let digest = Array(hasher.finish().hexadecimal.utf8)
        let answer = compose(visit, request, play, digest: digest, bodyLength: body.count)
        let place = ending(visit)
        if request.streams {
            let stream = AnswerStream(
                visit.exchange, answer, play: play, ticker: ticker(play.tokensPerSecond ?? tokensPerSecond), desk: desk,
                ending: place, fields: fields(visit, type: "text/event-stream; charset=utf-8"), requestID: visit.request)
            running[visit.number] = stream
            stream.begin()
        } else {
            send(visit, status: 200, answer.whole(), play)
        }
    }

    private func play(_ visit: Visit, _ request: ChatRequest) throws(VendorFault) -> Play {
        if allowsInBandScript {
            do throws(ScriptFault) {
                if let (play, source) = try ScriptReader.inBand(request.lastUserText) {
                    log.played(visit.number, connection: visit.exchange.connectionNumber, source)
                    return play
                }
            } catch {
                throw VendorFault(rule: .notSimulated, status: 400, message: "in-band script: \(error.message)", code: "bad_script")
            }
        }
        let fields = visit.exchange.head.fields
        let subject = Script.Subject(
            model: request.model, lastUserText: request.lastUserText,
            header: { name in fields.all.first { $0.name == name }?.value })
        guard let rule = script.take(subject) else { return Play() }
        log.played(visit.number, connection: visit.exchange.connectionNumber, rule.source)
        return rule.play
    }

    private func compose(
        _ visit: Visit, _ request: ChatRequest, _ play: Play, digest: [UInt8], bodyLength: Int
    ) -> Answer {
        let identity = AnswerIdentity(
            run: run, exchange: visit.number, model: play.model ?? request.model, created: Clocks.wall / 1_000_000_000)
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
                OpenAIAnswer(identity: identity, draft: draft, choices: request.choices, inputTokens: input, style: style))
        }
    }

    private func ticker(_ rate: Int) -> Ticker {
        if let ticker = tickers[rate] { return ticker }
        let ticker = Ticker(tokensPerSecond: rate)
        tickers[rate] = ticker
        return ticker
    }

    // MARK: Sending

    func send(_ visit: Visit, _ body: [UInt8]) { send(visit, status: 200, body, Play()) }

    private func send(_ visit: Visit, scripted status: Play.Status, _ play: Play) {
        let type = status.type ?? VendorFault.type(of: status.code, visit.wire)
        let fault = VendorFault(
            rule: .notSimulated, status: status.code, message: status.message ?? "Scripted status \(status.code).", type: type)
        let body = status.body.map { Array($0.utf8) } ?? fault.body(visit.wire, request: visit.request)
        send(visit, status: status.code, body, play, more: status.headers.map { ($0.name, $0.value) })
    }

    func refuse(_ visit: Visit, _ fault: VendorFault) {
        send(visit, status: fault.status, fault.body(visit.wire, request: visit.request), Play())
    }

    func send(
        _ visit: Visit, status: Int, _ body: [UInt8], _ play: Play, more: [(name: String, value: String)] = []
    ) {
        let whole = WholeAnswer(
            visit.exchange, status: status, fields: fields(visit, type: "application/json") + more, body: body, play: play,
            ending: ending(visit))
        running[visit.number] = whole
        whole.begin()
    }

    private func fields(_ visit: Visit, type: String) -> [(name: String, value: String)] {
        switch visit.wire {
        case .openAI:
            [("content-type", type), ("x-request-id", visit.request), ("openai-version", "2020-10-01")]
        case .anthropic:
            [("content-type", type), ("request-id", visit.request), ("anthropic-organization-id", "org-simulated")]
        }
    }

    private func ending(_ visit: Visit) -> AnswerEnding {
        AnswerEnding(exchange: visit.number, connection: visit.exchange.connectionNumber, log: log,
            forget: { [weak self] number in self?.running[number] = nil })
    }
}
