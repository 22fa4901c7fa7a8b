internal import Bundle
internal import Bytes
internal import Dialects
internal import HTTP
internal import Identity
internal import Inspection
internal import Ledger
internal import Policy
internal import Registry
internal import Runtime
internal import Stores
internal import Telemetry
internal import Transport
internal import Upstream
internal import Vocabulary

/// Goes through the candidates of a request, each decided anew, until one has answered. Law 3.
@EventLoop
struct CandidateLoop {
    let visit: Visit
    let gateway: Gateway
    /// Candidates that nothing was sent to, in order; the first `recorded` of them are in the ledger.
    private var passed: [PassedOver] = []
    private var recorded = 0
    private var blocked: Refusal?
    private var wrongEndpoint: Failure?
    private var failure: Failure?
    private var denialWhileOpen: Attempt.Denial?

    private struct PassedOver {
        var outcome: HopRecord.Outcome
        var decision: Decision
    }

    init(_ visit: Visit, _ gateway: Gateway) {
        self.visit = visit
        self.gateway = gateway
    }

    private var state: NodeState { gateway.state }

    /// Returns when the client has been answered; throws why nobody answered.
    mutating func run(_ asked: Registry.Resolution) async throws(Stop) {
        let candidates = state.bundle.registry.candidates(for: asked)
        for deployment in inOrder(candidates) {
            if visit.exchange.isLost { throw .gone }
            if try await serve(deployment.id, asked) { return }
        }
        throw try stop(asked)
    }

    /// Candidates that rest after failures come last: they are tried when nobody else serves.
    private func inOrder(_ candidates: [Deployment]) -> [Deployment] {
        if gateway.nothingRests { return candidates }
        let now = Reactor.shared.now
        return candidates.filter { !gateway.isResting($0.id, at: now) }
            + candidates.filter { gateway.isResting($0.id, at: now) }
    }

    /// True when this candidate has answered the client.
    private mutating func serve(_ id: DeploymentID, _ asked: Registry.Resolution) async throws(Stop) -> Bool {
        try await recordRest()
        // From here to the attempt's place among the open ones nothing waits: what is decided is decided on one
        // state, and whatever changes it afterwards finds the attempt.
        let now = gateway.now()
        guard let deployment = state.bundle.registry.candidates(for: asked).first(where: { $0.id == id }),
            let compiled = state.bundle.deployments[id], let call = try currentCall(now)
        else { return false }
        let permit: Permit
        switch state.bundle.policy.decide(call, compiled, at: now, cuts: state.cuts, lease: state.lease) {
        case .denied(let decision):
            passed.append(PassedOver(outcome: decision.firstCut == nil ? .denied : .cut, decision: decision))
            gateway.metrics.decisionsDenied.add()
            return false
        case .permit(let given):
            gateway.metrics.decisionsPermitted.add()
            permit = given
        }
        let decision = permit.decision
        if !deployment.insidePerimeter, !state.isLeaseCurrent {
            passed.append(PassedOver(outcome: .noLease, decision: decision))
            return false
        }
        if case .wrongEndpoint(let hint) = visit.endpoint.translate(visit.request, to: deployment.wireProtocol) {
            wrongEndpoint = hint
            passed.append(PassedOver(outcome: .wrongEndpoint, decision: decision))
            return false
        }
        guard let redactions = inspect(deployment) else {
            passed.append(PassedOver(outcome: .blocked, decision: decision))
            return false
        }
        let outgoing = visit.endpoint.outgoing(
            visit.request, model: deployment.upstreamModel, redactions: redactions,
            injectsUsage: deployment.injections.contains(.streamUsage))
        return try await send(outgoing, to: deployment, asked, permit)
    }

    private func currentCall(_ now: Instant) throws(Stop) -> CompiledCall? {
        let caller: Directory.Caller
        do throws(Directory.Rejection) { caller = try state.caller(visit.visitor.bearer, at: now) } catch {
            throw .failed(Failure(.unauthenticated, "the key is not valid any more"))
        }
        do throws(NodeState.FactsProblem) {
            return try state.call(caller, of: visit.visitor, at: now)
        } catch { throw .refused(gateway.refusals.unknownUseCase, decision: nil) }
    }

    // MARK: Inspection

    /// What has to be redacted on the way there; nil when the request may not go there at all.
    private mutating func inspect(_ deployment: Deployment) -> [Splice]? {
        let destination: InspectionPolicy.Destination = deployment.insidePerimeter ? .inside : .vendor
        if !deployment.insidePerimeter, let part = visit.content.unreadable.first {
            blocked = blocked ?? gateway.refusals.unreadable(part)
            return nil
        }
        switch state.inspection.judge(visit.findings, pieces: visit.content.pieces, towards: destination) {
        case .allow: return []
        case .redact(let splices): return splices
        case .block(let findings):
            blocked = blocked ?? gateway.refusals.blocked(findings, in: visit.content)
            return nil
        }
    }

    // MARK: Sending

    private mutating func send(
        _ outgoing: OutgoingRequest, to deployment: Deployment, _ asked: Registry.Resolution, _ permit: consuming Permit
    ) async throws(Stop) -> Bool {
        let attempt = Attempt(
            visit, deployment, outgoing, hop: visit.hops, epoch: permit.lease.epoch, gateway.services)
        visit.hops += 1
        gateway.open.add(attempt)
        defer { gateway.open.remove(attempt) }
        let admission: Admission
        do throws(LedgerError) {
            admission = try await visit.log.admit(
                permit, admitRecord(outgoing, deployment, asked, attempt.hop), base: visit.received,
                outgoing: outgoing.body,
                in: visit.record)
        } catch { throw gateway.notRecordable(error) }
        visit.wasSent = true
        // The record took its time.
        if let denial = gateway.decideAgain(attempt) { attempt.deny(denial) }
        switch await attempt.run(admission) {
        case .finished:
            gateway.metrics.upstreams.answered(deployment.id)
            gateway.succeeded(deployment.id)
            return true
        case .whole(let answer): return try await show(answer, of: attempt)
        case .failed(let failed):
            gateway.metrics.upstreams.failed(deployment.id, failed.outcome)
            await record(failed, of: attempt)
            return false
        }
    }

    private func admitRecord(
        _ outgoing: OutgoingRequest, _ deployment: Deployment, _ asked: Registry.Resolution, _ hop: Int
    ) -> AdmitRecord {
        let destination: InspectionPolicy.Destination = deployment.insidePerimeter ? .inside : .vendor
        let inspection = state.inspection
        return AdmitRecord(
            caller: visit.recordedCaller, head: visit.recordedHead, conversation: visit.conversation, hop: hop,
            received: visit.body, sent: .splices(outgoing.splices),
            sentHead: RecordedRequestHead(
                method: "POST", target: outgoing.target,
                headers: RecordedHeaders(outgoing.headers.map { ($0.name, $0.value) })),
            route: RecordedRoute(
                modelAsked: visit.request.model, alias: asked.aliasName, model: deployment.model,
                deployment: deployment.id,
                operatorID: deployment.operatedBy, channel: deployment.channel.rawValue, contract: deployment.contract,
                regions: deployment.regions.names, upstreamModel: deployment.upstreamModel),
            findings: visit.recordedFindings { inspection.verdict(on: $0, towards: destination) })
    }

    /// A whole answer: recorded, then shown. Law 1.
    private mutating func show(_ answer: Attempt.WholeAnswer, of attempt: Attempt) async throws(Stop) -> Bool {
        let isSuccess = UpstreamStatus(answer.head.status) == .success
        var facts = AnswerFacts()
        if isSuccess {
            do throws(UpstreamFault) {
                facts = try visit.endpoint.read(whole: answer.body, with: &gateway.services.scratch)
            } catch {
                let failure = Failure(.upstreamFailed, "the model's answer was not what its protocol allows")
                await record(
                    .init(outcome: .error, status: answer.head.status, returned: answer.body, failure: failure),
                    of: attempt)
                return false
            }
        }
        if let denial = gateway.decideAgain(attempt) {
            attempt.deny(denial)
            await record(
                .init(
                    outcome: denial.cut == nil ? .denied : .cut, status: answer.head.status, returned: answer.body,
                    failure: Failure(.unavailable, denial.refusal.text.english), isDeploymentFault: false), of: attempt)
            return false
        }
        let fields = AnswerHead.fields(for: attempt, upstream: answer.head)
        let heads = LogCore.AnswerHeads(
            upstream: AnswerHead.recorded(answer.head),
            client: RecordedAnswerHead(
                status: answer.head.status, headers: RecordedHeaders(fields.map { ($0.name, $0.value) })))
        do throws(LedgerError) {
            let index = try await visit.log.whole(
                answer.body, shown: .same, heads: heads, in: visit.record, lease: state.lease)
            try await visit.log.durable(through: index)
        } catch { throw gateway.notRecordable(error) }
        guard !visit.exchange.isLost else {
            _ = attempt.clientLeft()
            return true
        }
        // A cut-off while the record was on its way: what is recorded and not shown stays unshown.
        if let denial = gateway.decideAgain(attempt) { return try await withhold(denial, attempt) }
        gateway.metrics.firstByte(of: visit)
        visit.exchange.respond(status: answer.head.status, fields: fields, body: answer.body)
        gateway.metrics.responded(EndpointName(visit.endpoint), status: answer.head.status)
        attempt.end(
            .complete(
                .init(
                    model: facts.modelReported, region: facts.regionReported,
                    requestID: AnswerHead.requestID(answer.head),
                    stop: facts.finish, usage: facts.usage?.recorded ?? [:], shown: UInt64(answer.body.count))))
        gateway.succeeded(attempt.deployment.id)
        gateway.metrics.upstreams.answered(attempt.deployment.id)
        gateway.metrics.ended(EndpointName(visit.endpoint), .whole)
        return true
    }

    private func withhold(_ denial: Attempt.Denial, _ attempt: Attempt) async throws(Stop) -> Bool {
        let answer = visit.endpoint.refuse(denial.refusal, reference: visit.reference ?? "")
        do throws(LedgerError) {
            if let decision = denial.decision {
                try visit.log.decide(again: decision, hop: attempt.hop, in: visit.record, lease: state.lease)
            }
            _ = try visit.log.shown(
                ShownRecord(bytes: answer.body, why: denial.cut == nil ? "denied" : "cut"), in: visit.record,
                lease: state.lease)
            let outcome: OutcomeRecord =
                denial.cut.map { .cut($0, usage: [:], shown: 0) }
                ?? .abort(.init(side: .gate, reason: "denied", shown: 0))
            let index = try visit.log.end(outcome, in: visit.record, lease: state.lease)
            try await visit.log.durable(through: index)
        } catch { throw gateway.notRecordable(error) }
        gateway.metrics.ended(EndpointName(visit.endpoint), .refused)
        gateway.respond(visit.exchange, answer, reference: visit.reference, EndpointName(visit.endpoint))
        return true
    }

    // MARK: Records of what did not serve

    /// Candidates that were passed over since the last record of one.
    mutating func recordRest() async throws(Stop) {
        for candidate in passed.dropFirst(recorded) {
            try await record(candidate)
            recorded += 1
        }
    }

    private func record(_ candidate: PassedOver) async throws(Stop) {
        let request =
            visit.record.first == nil
            ? HopRecord.Request(caller: visit.recordedCaller, head: visit.recordedHead, received: visit.body) : nil
        let hop = HopRecord(
            hop: visit.hops, deployment: candidate.decision.deployment.facts.id, outcome: candidate.outcome,
            request: request)
        visit.hops += 1
        do throws(LedgerError) {
            _ = try await visit.log.hop(
                hop, decision: candidate.decision.encoded, in: visit.record, lease: state.lease)
        } catch { throw gateway.notRecordable(error) }
    }

    private mutating func record(_ failed: Attempt.FailedTry, of attempt: Attempt) async {
        failure = failed.failure
        if failed.isDeploymentFault {
            gateway.failed(attempt.deployment.id, retryAfterSeconds: failed.retryAfterSeconds)
        }
        if let denial = attempt.denial { gateway.metrics.cutStreams.add(); denialWhileOpen = denial }
        let hop = HopRecord(
            hop: attempt.hop, deployment: attempt.deployment.id, outcome: failed.outcome, status: failed.status,
            returned: failed.returned.isEmpty ? nil : failed.returned)
        do throws(LedgerError) {
            _ = try await visit.log.hop(hop, decision: attempt.denial?.decision, in: visit.record, lease: state.lease)
        } catch { gateway.services.recordFailed(error) }
    }

    // MARK: Nobody served

    /// The most telling reason: a cut-off met it under way, something failed, the wrong door, what the data forbids, no
    /// lease, then policy.
    private mutating func stop(_ asked: Registry.Resolution) throws(Stop) -> Stop {
        let now = gateway.now()
        if let denialWhileOpen { return .refused(denialWhileOpen.refusal, decision: nil) }
        if let failure { return .failed(failure) }
        if let wrongEndpoint { return .failed(wrongEndpoint) }
        if let blocked { return .refused(blocked, decision: last(.blocked)) }
        if passed.contains(where: { $0.outcome == .noLease }) {
            return .refused(gateway.refusals.noLease, decision: last(.noLease))
        }
        guard let call = try currentCall(now) else {
            return .failed(Failure(.internal, "the request could not be decided"))
        }
        let refusal = state.bundle.refusal(of: asked, passed.map(\.decision), for: call, at: now, cuts: state.cuts)
        return .refused(refusal, decision: last(.denied) ?? last(.cut))
    }

    /// The decision that stands with the refusal itself, when it is the last; those before it are hops.
    private mutating func last(_ outcome: HopRecord.Outcome) -> Decision? {
        guard passed.count > recorded, passed.last?.outcome == outcome else { return nil }
        return passed.popLast()?.decision
    }
}

extension Registry.Resolution {
    var aliasName: String? { if case .alias(let id) = self { id.text } else { nil } }
}

extension Regions {
    var names: [String] { sorted.map { $0.map(\.description) } ?? ["*"] }
}
