internal import Bundle
internal import Bytes
internal import CutOff
internal import Dialects
internal import HTTP
internal import Identity
internal import Inspection
internal import JSON
internal import Ledger
internal import Location
internal import Policy
internal import Registry
internal import Runtime
internal import Stores
internal import Telemetry
internal import Transport
internal import Upstream
internal import Vocabulary

/// The way of a request, top to bottom:
///
///     bytes ─▶ Transport ─▶ Dialect ─▶ who? ─▶ where? ─▶ what? ─▶ which? ─▶ may? ─▶ Ledger.admit ─▶ Upstream.open
///     ◀─ client ◀─ Ledger.chunk ◀─ Dialect ◀─ stream
@EventLoop
final class Gateway {
    let state: NodeState
    let ledger: NodeLedger
    let services: AttemptServices
    let metrics: GatewayMetrics
    let open: OpenAttempts
    let refusals = RefusalDesk()
    let alerts: AlertDesk
    var operations: Operations
    private let log: GatewayLog
    private var parser = JSONParser()
    private var inspector = Inspector()
    private var rests: [DeploymentID: Backoff] = [:]
    /// Where in the open answers the next recheck begins.
    var recheckNext = 0

    init(
        state: NodeState, ledger: NodeLedger, services: AttemptServices, metrics: GatewayMetrics, open: OpenAttempts,
        alerts: AlertDesk, operations: Operations, log: GatewayLog
    ) {
        self.state = state
        self.ledger = ledger
        self.services = services
        self.metrics = metrics
        self.open = open
        self.alerts = alerts
        self.operations = operations
        self.log = log
    }

    func now() -> Instant { Instant(nanoseconds: Clocks.wall) }

    private func serve(_ exchange: ServerExchange, _ endpoint: any Endpoint, _ entry: Entry) async {
        var visit: Visit?
        do throws(Stop) {
            let body = try await body(of: exchange)
            let request = try parse(exchange, endpoint, body)
            let visitor = try entry.visitor(exchange)
            let content = endpoint.strings(request)
            let findings = inspector.inspect(request.document.bytes, pieces: content.pieces)
            let arrived = try await record(exchange, endpoint, visitor, entry, request, content, findings)
            visit = arrived
            if let refusal = entry.refusal { throw .refused(refusal, decision: nil) }
            try alert(arrived)
            guard let asked = state.bundle.registry.resolve(modelName: request.model) else {
                throw .failed(
                    Failure(.notFound, "there is no model of this name; GET /v1/models lists yours", field: "model"))
            }
            var candidates = CandidateLoop(arrived, self)
            do throws(Stop) { try await candidates.run(asked) } catch {
                try await candidates.recordRest()
                throw error
            }
        } catch { await answer(error, exchange, endpoint, visit) }
    }
}

// MARK: - Stages

extension Gateway: RequestHandler {
    func begin(_ exchange: ServerExchange) {
        if operations.answers(exchange) { return }
        let head = exchange.head
        switch Route.find(method: head.method, path: head.path) {
        case .endpoint(let endpoint):
            // Who asks is known before a byte of the body is taken into memory.
            switch identify(exchange) {
            case .success(let entry): EventLoop.spawn { await self.serve(exchange, endpoint, entry) }
            case .failure(let failure):
                metrics.ended(EndpointName(endpoint), .unauthenticated)
                respond(exchange, endpoint.failure(failure, reference: nil), reference: nil, EndpointName(endpoint))
            }
        case .modelList: listModels(exchange, only: nil)
        case .model(let id): listModels(exchange, only: id)
        case .refused(let answer): respond(exchange, answer, reference: nil)
        case .unknown: respond(exchange, Route.notFound(head.fields), reference: nil)
        }
    }

    /// Whoever a key stands for; also one that does not work yet, whose attempt is recorded.
    struct Entry {
        var caller: Directory.Caller
        /// The terms of use are not accepted.
        var refusal: Refusal?
    }

    func identify(_ exchange: ServerExchange) -> Result<Entry, Failure> {
        let head = exchange.head
        let invalid = Failure(.unauthenticated, "the key is not valid here")
        do {
            guard let credential = try CallerCredential.read(head.fields) else {
                metrics.rejectedKeys.add()
                return .failure(Failure(.unauthenticated, "send your key as `Authorization: Bearer …` or `x-api-key`"))
            }
            let text = try BearerText(credential)
            do throws(Directory.Rejection) { return .success(Entry(caller: try state.caller(text, at: now()))) } catch {
                if case .termsNotAccepted(let date) = error, let caller = state.callerDespiteTerms(text, at: now()) {
                    return .success(Entry(caller: caller, refusal: refusals.termsMissing(date)))
                }
                metrics.rejectedKeys.add()
                alerts.rejected(text.id, error, from: exchange.peer)
                return .failure(invalid)
            }
        } catch let error as DialectError {
            metrics.rejectedKeys.add()
            return .failure(error.failure)
        } catch {
            metrics.rejectedKeys.add()
            return .failure(invalid)
        }
    }

    private func body(of exchange: ServerExchange) async throws(Stop) -> [UInt8] {
        do throws(ServerExchange.BodyFailure) { return try await exchange.body() } catch { throw .gone }
    }

    private func parse(
        _ exchange: ServerExchange, _ endpoint: any Endpoint, _ body: [UInt8]
    ) throws(Stop) -> ParsedRequest {
        do throws(DialectError) {
            return try endpoint.parse(exchange.head.fields, query: exchange.head.query, body: body, with: &parser)
        } catch { throw .failed(error.failure) }
    }

    /// Takes a place in the log of the caller's custody. Nothing is written yet.
    private func record(
        _ exchange: ServerExchange, _ endpoint: any Endpoint, _ visitor: Visitor, _ entry: Entry,
        _ request: ParsedRequest,
        _ content: InspectableRequest, _ findings: [Finding]
    ) async throws(Stop) -> Visit {
        let entity = entry.caller.persons.first.flatMap { state.bundle.registry.entities[$0.entity] }
        do throws(LedgerError) {
            let log = try await ledger.log(for: entity?.custody ?? NodeLedger.unassigned)
            return Visit(
                exchange: exchange, endpoint: endpoint, visitor: visitor, caller: entry.caller, request: request,
                content: content, findings: findings, log: log, record: try await log.beginExchange(),
                conversation: exchange.head.fields.value(of: "portcullis-conversation"))
        } catch { throw notRecordable(error) }
    }

    private func alert(_ visit: Visit) throws(Stop) {
        for person in visit.caller.persons {
            let located = state.located(person.id, from: visit.visitor.address, at: now())
            for alert in located.alerts { alerts.raise(alert, about: person.id, located) }
        }
    }

    func notRecordable(_ error: LedgerError) -> Stop {
        log.recordFailed(error)
        return .refused(refusals.notRecordable, decision: nil)
    }
}

// MARK: - Answers of the gate itself

extension Gateway {
    private func answer(_ stop: Stop, _ exchange: ServerExchange, _ endpoint: any Endpoint, _ visit: Visit?) async {
        switch stop {
        case .gone:
            metrics.ended(EndpointName(endpoint), .clientLeft)
            visit.map { closeRecord($0, reason: "client_left", side: .client) }
        case .failed(let failure):
            metrics.ended(EndpointName(endpoint), .failed)
            guard let visit else {
                return respond(
                    exchange, endpoint.failure(failure, reference: nil), reference: nil, EndpointName(endpoint))
            }
            guard visit.record.first != nil else {
                return await refuse(visit, .noPermit, nil) { endpoint.failure(failure, reference: $0) }
            }
            var answer = endpoint.failure(failure, reference: visit.reference)
            if await !recordFailure(visit, answer) { answer = endpoint.refuse(refusals.notRecordable, reference: "") }
            respond(exchange, answer, reference: visit.reference, EndpointName(endpoint))
        case .refused(let refusal, let decision):
            metrics.refused(refusal.code)
            metrics.ended(EndpointName(endpoint), .refused)
            guard let visit, refusal.code != .notRecordable else {
                return respond(
                    exchange, endpoint.refuse(refusal, reference: ""), reference: nil, EndpointName(endpoint))
            }
            await refuse(visit, refusal.code, decision) { endpoint.refuse(refusal, reference: $0) }
        }
    }

    /// A refusal is a record, and the record comes first. So is a request that no candidate could take.
    private func refuse(
        _ visit: Visit, _ code: Refusal.Code, _ decision: Decision?, _ say: (_ reference: String) -> ErrorAnswer
    ) async {
        var answer = say("")
        let findings = visit.recordedFindings { state.inspection.verdict(on: $0, towards: .vendor) }
        do throws(LedgerError) {
            let index = try await visit.log.refuse(decision: decision?.encoded, in: visit.record, lease: state.lease) {
                answer = say($0.description)
                return RefusedRecord(
                    caller: visit.recordedCaller, head: visit.recordedHead, modelAsked: visit.request.model,
                    received: visit.body, findings: findings, code: code,
                    answer: RecordedAnswerHead(
                        status: answer.status, headers: RecordedHeaders(answer.headers.map { ($0.name, $0.value) })),
                    shown: answer.body)
            }
            try await visit.log.durable(through: index)
        } catch {
            log.recordFailed(error)
            return respond(
                visit.exchange, visit.endpoint.refuse(refusals.notRecordable, reference: ""), reference: nil,
                EndpointName(visit.endpoint))
        }
        respond(visit.exchange, answer, reference: visit.reference, EndpointName(visit.endpoint))
    }

    /// False when the answer may not be shown.
    private func recordFailure(_ visit: Visit, _ answer: ErrorAnswer) async -> Bool {
        do throws(LedgerError) {
            _ = try visit.log.shown(
                ShownRecord(
                    answer: RecordedAnswerHead(
                        status: answer.status, headers: RecordedHeaders(answer.headers.map { ($0.name, $0.value) })),
                    bytes: answer.body, why: "failed"), in: visit.record, lease: state.lease)
            let side: OutcomeRecord.Abort.Side = visit.wasSent ? .upstream : .gate
            let index = try visit.log.end(
                .abort(.init(side: side, reason: "no_candidate", shown: UInt64(answer.body.count))), in: visit.record,
                lease: state.lease)
            try await visit.log.durable(through: index)
            return true
        } catch {
            log.recordFailed(error)
            return false
        }
    }

    private func closeRecord(_ visit: Visit, reason: String, side: OutcomeRecord.Abort.Side) {
        guard visit.record.first != nil, !visit.record.isEnded else { return }
        do throws(LedgerError) {
            _ = try visit.log.end(
                .abort(.init(side: side, reason: reason, shown: 0)), in: visit.record, lease: state.lease)
        } catch { log.recordFailed(error) }
    }

    func respond(
        _ exchange: ServerExchange, _ answer: ErrorAnswer, reference: String?, _ endpoint: EndpointName = .other
    ) {
        metrics.responded(endpoint, status: answer.status)
        let fields = answer.headers.map { (name: $0.name, value: $0.value) }
        let own = AnswerHead.own(reference: reference, servedBy: nil, state)
        exchange.respond(
            status: answer.status, fields: fields + own.filter { field in !fields.contains { $0.name == field.name } },
            body: answer.body)
    }

    /// What this person may use now, each decided.
    private func listModels(_ exchange: ServerExchange, only id: String?) {
        let shape = Route.shape(for: exchange.head.fields)
        let entry: Entry
        switch identify(exchange) {
        case .success(let found): entry = found
        case .failure(let failure):
            return respond(exchange, shape.failure(failure, reference: nil), reference: nil, .models)
        }
        if let refusal = entry.refusal {
            return respond(exchange, shape.refusal(refusal, reference: ""), reference: nil, .models)
        }
        let models: [Model]
        do throws(Stop) {
            models = try permitted(entry, try entry.visitor(exchange))
        } catch {
            if case .failed(let failure) = error {
                return respond(exchange, shape.failure(failure, reference: nil), reference: nil, .models)
            }
            models = []
        }
        let list = ModelList(
            models.map { model in
                ModelList.Model(
                    id: model.id.text, vendor: model.developer.text, created: model.released, displayName: model.name)
            })
        let body = id.map { list.body(of: $0, for: exchange.head.fields) } ?? list.body(for: exchange.head.fields)
        guard let body else {
            let failure = Failure(.notFound, "there is no model of this name for you", field: "model")
            return respond(exchange, shape.failure(failure, reference: nil), reference: nil, .models)
        }
        metrics.responded(.models, status: 200)
        exchange.respond(
            status: 200,
            fields: [("content-type", "application/json")] + AnswerHead.own(reference: nil, servedBy: nil, state),
            body: body)
    }

    private func permitted(_ entry: Entry, _ visitor: Visitor) throws(Stop) -> [Model] {
        let now = now()
        let bundle = state.bundle
        let call: CompiledCall
        do throws(NodeState.FactsProblem) {
            call = try state.call(entry.caller, of: visitor, at: now)
        } catch { return [] }
        return bundle.registry.modelsInOrder.filter { model in
            bundle.registry.candidates(for: .model(model.id)).contains { deployment in
                guard let compiled = bundle.deployments[deployment.id] else { return false }
                return bundle.policy.evaluate(call, compiled, at: now, knownAt: now, cuts: state.cuts).isAllowed
            }
        }
    }
}

// MARK: - Health of deployments

extension Gateway {
    var nothingRests: Bool { rests.isEmpty }

    func isResting(_ deployment: DeploymentID, at now: UInt64) -> Bool {
        rests[deployment]?.isResting(at: now) ?? false
    }
    func succeeded(_ deployment: DeploymentID) { rests[deployment] = nil }

    func failed(_ deployment: DeploymentID, retryAfterSeconds: Int?) {
        rests[deployment, default: Backoff()].failed(at: Reactor.shared.now, retryAfterSeconds: retryAfterSeconds)
    }
}
