internal import HTTP
internal import Runtime
internal import Transport

/// Collects one answer and resumes whoever waits for it. Keeps itself until then.
@EventLoop
final class AnswerCollector: ClientCallObserver {
    enum Failure: Error {
        case call(ClientFault)
        case tooLong
    }

    typealias Outcome = Result<AdminAnswer, Failure>

    var call: ClientCall?
    private var continuation: UnsafeContinuation<Outcome, Never>?
    private var itself: AnswerCollector?
    private var status = 0
    private var body: [UInt8] = []

    init(_ continuation: UnsafeContinuation<Outcome, Never>) {
        self.continuation = continuation
        itself = self
    }

    func call(_ call: ClientCall, received head: ResponseHead) { status = head.status }

    func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer) {
        guard body.count + bytes.count <= AdminClient.maximumAnswer else {
            call.cancel()
            return finish(.failure(.tooLong))
        }
        body.append(contentsOf: bytes)
    }

    func callEnded(_ call: ClientCall) { finish(.success(AdminAnswer(status: status, body: body))) }
    func call(_ call: ClientCall, failed fault: ClientFault) { finish(.failure(.call(fault))) }

    private func finish(_ outcome: Outcome) {
        guard let continuation else { return }
        self.continuation = nil
        self.call = nil
        itself = nil
        continuation.resume(returning: outcome)
    }
}
