package import Authentication
internal import Bytes
internal import HTTP
package import Runtime
package import TLS
package import Transport

/// Requests to an identity provider, over the product's own client: its authorities, its certificate, its proxy. Short
/// answers within a fixed time; no redirect is followed, for a provider's metadata name where things are.
@EventLoop
package final class ProviderLink {
    package struct Answer: Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    /// LIMIT: from the request to the last byte of the answer.
    package nonisolated static let patience: UInt64 = .seconds(10)

    private let pool: ClientPool
    private let trust: ClientIdentity?
    private let proxy: EgressProxy?

    /// - Parameter trust: nil only where every provider is on the loopback, in the clear.
    package init(_ pool: ClientPool, trust: ClientIdentity?, proxy: EgressProxy? = nil) {
        self.pool = pool
        self.trust = trust
        self.proxy = proxy
    }

    package func get(_ endpoint: Endpoint, limit: Int) async throws(SignInError) -> Answer {
        var head = HeadWriter()
        head.request(method: "GET", target: endpoint.target)
        begin(&head, endpoint)
        head.end()
        return try await send(head.bytes, [], endpoint, limit)
    }

    /// - Parameter login: of the client at the token endpoint (RFC 6749 section 2.3.1), the value of Authorization.
    package func post(
        _ form: [(String, String)], to endpoint: Endpoint, login: String?, limit: Int
    ) async throws(SignInError) -> Answer {
        let body = Array(FormFields.encode(form).utf8)
        var head = HeadWriter()
        head.request(method: "POST", target: endpoint.target)
        begin(&head, endpoint)
        head.field("content-type", "application/x-www-form-urlencoded")
        head.field("content-length", body.count)
        if let login { head.field("authorization", login) }
        head.end()
        return try await send(head.bytes, body, endpoint, limit)
    }

    private func begin(_ head: inout HeadWriter, _ endpoint: Endpoint) {
        let host = endpoint.host.utf8.contains(UInt8(ascii: ":")) ? "[\(endpoint.host)]" : endpoint.host
        let isUsual = endpoint.port == (endpoint.isPlain ? 80 : 443)
        head.field("host", isUsual ? host : "\(host):\(endpoint.port)")
        head.field("accept", "application/json")
        head.field("user-agent", "portcullis")
    }

    private func send(
        _ head: [UInt8], _ body: [UInt8], _ endpoint: Endpoint, _ limit: Int
    ) async throws(SignInError) -> Answer {
        let name: ServerName?
        if endpoint.isPlain {
            name = nil
        } else {
            guard let trust else { throw .refused(.metadata(field: "issuer")) }
            name = ServerName(endpoint.host, identity: trust)
        }
        let origin = ClientOrigin(
            .init(host: endpoint.host, port: endpoint.port), tls: name, proxy: endpoint.isPlain ? nil : proxy)
        let times = CallTimes(
            connect: ProviderLink.patience, firstByte: ProviderLink.patience, idle: ProviderLink.patience)
        let result: Result<Answer, SignInError> = await withUnsafeContinuation { continuation in
            let collector = AnswerCollector(limit: limit, continuation)
            collector.call = pool.send(head: head, body: body, to: origin, times: times, observer: collector)
            EventLoop.spawn {
                await EventLoop.sleep(nanoseconds: ProviderLink.patience)
                collector.expire()
            }
        }
        return try result.get()
    }
}

/// Gathers one answer, up to its limits of length and time.
@EventLoop
private final class AnswerCollector: ClientCallObserver {
    var call: ClientCall?
    private let limit: Int
    private var continuation: UnsafeContinuation<Result<ProviderLink.Answer, SignInError>, Never>?
    private var itself: AnswerCollector?
    private var status = 0
    private var body: [UInt8] = []

    init(limit: Int, _ continuation: UnsafeContinuation<Result<ProviderLink.Answer, SignInError>, Never>) {
        self.limit = limit
        self.continuation = continuation
        itself = self
    }

    func call(_ call: ClientCall, received head: ResponseHead) { status = head.status }

    func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer) {
        guard body.count + bytes.count <= limit else {
            call.cancel()
            return finish(.failure(.answerTooLong(maximum: limit)))
        }
        body.append(contentsOf: bytes)
    }

    func callEnded(_ call: ClientCall) { finish(.success(.init(status: status, body: body))) }
    func call(_ call: ClientCall, failed fault: ClientFault) { finish(.failure(.unreachable(fault))) }

    func expire() {
        call?.cancel()
        finish(.failure(.tooSlow))
    }

    private func finish(_ result: Result<ProviderLink.Answer, SignInError>) {
        guard let continuation else { return }
        self.continuation = nil
        call = nil
        itself = nil
        continuation.resume(returning: result)
    }
}
