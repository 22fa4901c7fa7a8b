internal import HTTP
internal import Runtime
internal import Transport

/// Calls a server of this machine over TCP as a client would; whole answers only.
@EventLoop
final class GateClient {
    struct Call {
        var method: StaticString = "GET"
        var path: String
        var key: String
        var fields: [(name: String, value: String)] = []
        var body: [UInt8] = []
    }

    struct Reply: Sendable {
        var status: Int
        /// Where the exchange stands in the ledger.
        var reference: String?
        var body: [UInt8]
    }

    /// LIMIT: bytes of an answer.
    private static let bodyLimit = 1 << 20
    private static let times = CallTimes(connect: .seconds(2), firstByte: .seconds(20), idle: .seconds(20))

    /// For the whole process: connections that outlive a call refer to it.
    private static let pool = ClientPool()
    private var waiting: [ObjectIdentifier: Waiting] = [:]

    func send(_ call: Call, to address: SocketAddress) async throws(ClientFault) -> Reply {
        let result: Result<Reply, ClientFault> = await withUnsafeContinuation { continuation in
            let one = Waiting { [weak self] one, result in
                self?.waiting[ObjectIdentifier(one)] = nil
                continuation.resume(returning: result)
            }
            waiting[ObjectIdentifier(one)] = one
            _ = GateClient.pool.send(
                head: GateClient.head(call, address), body: call.body, to: ClientOrigin(.address(address)),
                times: GateClient.times, observer: one)
        }
        return try result.get()
    }

    /// Lets go of kept connections, which a gateway's drain would wait for.
    func close() { GateClient.pool.closeIdle() }

    private static func head(_ call: Call, _ address: SocketAddress) -> [UInt8] {
        var writer = HeadWriter()
        writer.request(method: call.method, target: call.path)
        writer.field("host", address.description)
        writer.field("authorization", "Bearer " + call.key)
        for (name, value) in call.fields { writer.field(named: name, value) }
        if !call.body.isEmpty {
            writer.field("content-type", "application/json")
            writer.field("content-length", call.body.count)
        }
        writer.end()
        return writer.bytes
    }

    /// Collects one answer.
    @EventLoop
    private final class Waiting: ClientCallObserver {
        typealias Done = @EventLoop (Waiting, Result<Reply, ClientFault>) -> Void
        private var head: ResponseHead?
        private var body: [UInt8] = []
        private let done: Done

        init(_ done: @escaping Done) { self.done = done }

        func call(_ call: ClientCall, received head: ResponseHead) { self.head = head }

        func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer) {
            body.append(contentsOf: bytes)
            guard body.count > GateClient.bodyLimit else { return }
            call.cancel()
            done(self, .failure(.cancelled))
        }

        func callEnded(_ call: ClientCall) {
            guard let head else { return done(self, .failure(.closedBeforeAnswer)) }
            let reference = head.fields.value(of: "portcullis-ref")
            done(self, .success(Reply(status: head.status, reference: reference, body: body)))
        }

        func call(_ call: ClientCall, failed fault: ClientFault) { done(self, .failure(fault)) }
    }
}
