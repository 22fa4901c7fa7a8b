package import Bytes
internal import HTTP
package import Runtime
package import Transport
internal import Vocabulary

/// Notices to a webhook: one POST each, signed, with the notice's id as the key of idempotency. Any 2xx is taken; 408,
/// 429 and 5xx are tried again, as is silence; every other answer says that the receiver does not want it.
@EventLoop
package final class WebhookChannel: NoticeChannel {
    private let pool: ClientPool
    private let origin: ClientOrigin
    private let host: String
    private let target: String
    private let secret: SecretBytes
    private let installation: String

    /// LIMIT: how long the receiver may take until it answers.
    private static let patience: UInt64 = .seconds(10)

    /// - Parameters:
    ///   - host: as the Host field has it. - target: path and query.
    package init(
        _ pool: ClientPool, _ origin: ClientOrigin, host: String, target: String, secret: SecretBytes,
        installation: String
    ) {
        self.pool = pool
        self.origin = origin
        self.host = host
        self.target = target
        self.secret = secret
        self.installation = installation
    }

    package func deliver(_ notice: Notice) async -> NoticeQueue.Delivery {
        let body = WebhookMessage.body(notice, installation: installation)
        var head = HeadWriter()
        head.request(method: "POST", target: target)
        head.field("host", host)
        head.field("content-type", "application/json")
        head.field("user-agent", "portcullis")
        head.field("idempotency-key", notice.id)
        // The time of the sending, not of the notice: a receiver refuses old ones.
        let now = Instant(nanoseconds: Clocks.wall)
        head.field("portcullis-signature", WebhookMessage.signature(of: body, secret: secret, at: now))
        head.field("content-length", body.count)
        head.end()
        let times = CallTimes(
            connect: WebhookChannel.patience, firstByte: WebhookChannel.patience, idle: WebhookChannel.patience)
        let status: Int? = await withUnsafeContinuation { continuation in
            let collector = StatusCollector(continuation)
            collector.call = pool.send(head: head.bytes, body: body, to: origin, times: times, observer: collector)
        }
        return switch status {
        case nil: .failed
        case (200..<300)?: .taken
        case 408?, 429?, (500...)?: .failed
        default: .refused
        }
    }
}

/// Waits for an answer's status; its body is read and forgotten. Keeps itself until then.
@EventLoop
private final class StatusCollector: ClientCallObserver {
    var call: ClientCall?
    private var continuation: UnsafeContinuation<Int?, Never>?
    private var itself: StatusCollector?
    private var status = 0
    private var read = 0

    /// LIMIT: bytes of an answer's body.
    private static let maximumBody = 65_536

    init(_ continuation: UnsafeContinuation<Int?, Never>) {
        self.continuation = continuation
        itself = self
    }

    func call(_ call: ClientCall, received head: ResponseHead) { status = head.status }

    func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer) {
        read += bytes.count
        guard read > StatusCollector.maximumBody else { return }
        call.cancel()
        finish(status)
    }

    func callEnded(_ call: ClientCall) { finish(status) }
    func call(_ call: ClientCall, failed fault: ClientFault) { finish(nil) }

    private func finish(_ status: Int?) {
        guard let continuation else { return }
        self.continuation = nil
        call = nil
        itself = nil
        continuation.resume(returning: status)
    }
}
