internal import Bytes
internal import Dialects
internal import HTTP
internal import Ledger
internal import Policy
internal import Registry
internal import Runtime
internal import Stores
internal import Transport
internal import Upstream
internal import Vocabulary

/// One candidate's try: from the admission to the last byte. Below async for the bytes of a stream; the request's
/// task is woken only when the try is over or a whole answer is there.
///
///     waiting ──whole answer──▶ whole
///        │──first valid event──▶ streaming ──▶ over
///        └──failure, cut-off──▶ over (another candidate may be tried)
///
/// Law 6: nothing reaches the client before the first valid event, and after it no other model answers.
@EventLoop
final class Attempt {
    /// What became of it.
    enum Outcome {
        /// The client has been answered, or has left.
        case finished
        /// An answer is there as a whole, not yet recorded or shown.
        case whole(WholeAnswer)
        /// Nothing has reached the client.
        case failed(FailedTry)
    }

    struct WholeAnswer {
        var head: ResponseHead
        var body: [UInt8]
    }

    struct FailedTry {
        var outcome: HopRecord.Outcome
        var status: Int?
        var returned: [UInt8] = []
        /// For the client, when no other candidate serves.
        var failure: Failure
        /// The vendor asked for a rest of so many seconds.
        var retryAfterSeconds: Int?
        /// The deployment is to blame, not the gate or a cut-off.
        var isDeploymentFault = true
    }

    /// Why the gate ends an attempt that is under way.
    struct Denial: Error {
        var refusal: Refusal
        var cut: CutID?
        var decision: [UInt8]?
    }

    enum Phase {
        case waiting
        case streaming
        case over
    }

    let visit: Visit
    let deployment: Deployment
    let outgoing: OutgoingRequest
    let services: AttemptServices
    let hop: Int
    var phase = Phase.waiting
    var call: ClientCall?
    var head: ResponseHead?
    var continuation: UnsafeContinuation<Outcome, Never>?
    /// The state under which it was last found allowed.
    var epoch: UInt64
    /// Set when the gate ended it before there was anything to end.
    private(set) var denial: Denial?

    /// A whole answer, as it comes.
    var whole: [UInt8] = []
    /// LIMIT: bytes of a whole answer.
    static let wholeLimit = 32 << 20

    var relay: StreamRelay?
    /// On the loop's clock; 0 before anything was sent.
    private var sentAt: UInt64 = 0

    init(
        _ visit: Visit, _ deployment: Deployment, _ outgoing: OutgoingRequest, hop: Int, epoch: UInt64,
        _ services: AttemptServices
    ) {
        self.visit = visit
        self.deployment = deployment
        self.outgoing = outgoing
        self.hop = hop
        self.services = services
        self.epoch = epoch
        visit.exchange.observer = self
    }

    /// Sends what was admitted and waits until the try is over or a whole answer is there.
    func run(_ admission: consuming Admission) async -> Outcome {
        if visit.exchange.isLost { return clientLeft() }
        if let denial { return denied(denial) }
        do throws(UpstreamRefusal) {
            call = try services.upstream.open(
                admission, to: deployment, target: outgoing.target,
                headers: outgoing.headers.map { ($0.name, $0.value) }, observer: self)
        } catch {
            services.refusedByUpstream(error)
            return .failed(
                FailedTry(
                    outcome: .connect, failure: Failure(.unavailable, "this model cannot be reached from here now"),
                    isDeploymentFault: false))
        }
        sentAt = Reactor.shared.now
        return await withUnsafeContinuation { continuation = $0 }
    }

    func finish(_ outcome: Outcome) {
        guard phase != .over || continuation != nil else { return }
        phase = .over
        relay = nil
        let waiting = continuation
        continuation = nil
        waiting?.resume(returning: outcome)
    }

    // MARK: Ended by the gate

    /// The decision no longer holds. Content stops now; the notice follows when it is recorded.
    func deny(_ denial: Denial) {
        halt(denial)
        settleDenial()
    }

    /// The first half: nothing more comes from the vendor, and nothing more is shown.
    func halt(_ denial: Denial) {
        guard self.denial == nil, phase != .over else { return }
        self.denial = denial
        call?.cancel()
        if phase == .streaming { relay?.halt() }
    }

    /// The second half: what happened is recorded, and said.
    func settleDenial() {
        guard let denial else { return }
        switch phase {
        case .streaming: relay?.end(by: denial)
        case .waiting: if continuation != nil { finish(denied(denial)) }
        case .over: break
        }
    }

    /// When content was last handed to the client's connection.
    var lastContent: Instant? { relay?.lastContent }

    private func denied(_ denial: Denial) -> Outcome {
        .failed(
            FailedTry(
                outcome: denial.cut == nil ? .denied : .cut, status: head?.status, returned: returnedSoFar,
                failure: Failure(.unavailable, denial.refusal.text.english), isDeploymentFault: false))
    }

    /// What the vendor sent, of which nothing was shown.
    private var returnedSoFar: [UInt8] { relay?.returned ?? whole }

    /// The node goes out of service and can wait no longer.
    func stop() {
        guard phase != .over else { return }
        call?.cancel()
        if phase == .streaming {
            relay?.end(.stopping, side: .gate, reason: "stopping")
        } else {
            finish(
                .failed(
                    FailedTry(
                        outcome: .error, status: head?.status, returned: returnedSoFar,
                        failure: Failure(.unavailable, "this node goes out of service; send the request again"),
                        isDeploymentFault: false)))
        }
    }

    func clientLeft() -> Outcome {
        call?.cancel()
        services.metrics.ended(EndpointName(visit.endpoint), .clientLeft)
        end(.abort(.init(side: .client, reason: "client_left", shown: 0)))
        return .finished
    }

    /// The record that ends the exchange. It is not waited for: what it tells of has happened.
    func end(_ outcome: OutcomeRecord) {
        do throws(LedgerError) {
            _ = try visit.log.end(outcome, in: visit.record, lease: services.state.lease)
        } catch {
            // Recovery writes ABORT for an exchange without an end; a log that failed has told its node.
            services.recordFailed(error)
        }
    }
}

extension Attempt: ServerExchangeObserver {
    func exchangeLost(_ exchange: ServerExchange) {
        switch phase {
        case .streaming: relay?.clientLeft()
        case .waiting: if continuation != nil { finish(clientLeft()) }
        case .over: break
        }
    }

    func exchangeDrained(_ exchange: ServerExchange) { relay?.clientDrained() }
}

extension Attempt: ClientCallObserver {
    func call(_ call: ClientCall, received head: ResponseHead) {
        self.head = head
        let waited = Reactor.shared.now &- sentAt
        visit.waitedForModels &+= waited
        services.metrics.upstreams.firstByte(deployment.id, nanoseconds: waited)
        let type = head.fields.value(of: "content-type")?.lowercased() ?? ""
        // A stream that the client did not ask for is taken in as a whole answer, and found to be none.
        guard visit.request.isStreaming, UpstreamStatus(head.status) == .success,
            type.hasPrefix("text/event-stream")
        else { return }
        relay = StreamRelay(self, head)
    }

    func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer) {
        if let relay { return relay.received(bytes) }
        guard whole.count + bytes.count <= Attempt.wholeLimit else {
            call.cancel()
            let failure = Failure(.upstreamFailed, "the model's answer is larger than \(Attempt.wholeLimit) bytes")
            return finish(.failed(FailedTry(outcome: .error, status: head?.status, failure: failure)))
        }
        whole.append(contentsOf: bytes)
    }

    func callEnded(_ call: ClientCall) {
        if let relay { return relay.upstreamEnded() }
        guard let head else { return }
        finish(judge(head))
    }

    func call(_ call: ClientCall, failed fault: ClientFault) {
        if let relay, phase == .streaming { return relay.upstreamFailed(fault) }
        services.failed(fault, deployment.id)
        finish(.failed(FailedTry(fault, status: head?.status, returned: returnedSoFar)))
    }

    private func judge(_ head: ResponseHead) -> Outcome {
        let status = UpstreamStatus(head.status)
        let retryAfter = head.fields.value(of: "retry-after")
        if let failure = status.failure(retryAfter: retryAfter) {
            return .failed(
                FailedTry(
                    outcome: .status, status: head.status, returned: whole, failure: failure,
                    retryAfterSeconds: failure.retryAfterSeconds))
        }
        if visit.request.isStreaming, status == .success {
            // A client that reads events would find none in it, and take that for an empty answer.
            let failure = Failure(.upstreamFailed, "the model's answer was not what its protocol allows")
            return .failed(FailedTry(outcome: .error, status: head.status, returned: whole, failure: failure))
        }
        return .whole(WholeAnswer(head: head, body: whole))
    }
}

extension Attempt.FailedTry {
    init(_ fault: ClientFault, status: Int?, returned: [UInt8]) {
        switch fault {
        case .firstByteTimeout:
            self.init(
                outcome: .firstByte, status: status, returned: returned,
                failure: Failure(.timedOut, "the model did not answer in time"))
        case .idleTimeout:
            self.init(
                outcome: .error, status: status, returned: returned,
                failure: Failure(.timedOut, "the model fell silent before its answer was complete"))
        case .unknownHost, .connectFailed, .connectTimeout:
            self.init(
                outcome: .connect, status: status, returned: returned,
                failure: Failure(.upstreamFailed, "the model could not be reached"))
        case .tls:
            self.init(
                outcome: .tls, status: status, returned: returned,
                failure: Failure(.upstreamFailed, "no trusted connection to the model could be made"))
        case .proxyUnreachable, .proxyTLS, .proxyRefused, .proxyMalformed:
            self.init(
                outcome: .proxy, status: status, returned: returned,
                failure: Failure(.upstreamFailed, "the way to the model through the egress proxy is closed"))
        case .overloaded:
            self.init(
                outcome: .connect, status: status, returned: returned,
                failure: Failure(.overloaded, "too many requests wait for this model"), isDeploymentFault: false)
        case .closedBeforeAnswer, .closedWithinAnswer, .malformedAnswer, .cancelled:
            self.init(
                outcome: .error, status: status, returned: returned,
                failure: Failure(.upstreamFailed, "the model's answer did not arrive whole"))
        }
    }
}
