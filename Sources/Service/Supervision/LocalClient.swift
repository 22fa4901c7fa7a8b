internal import HTTP
package import Runtime
package import Transport

/// Calls to servers of this machine, over TCP or a Unix socket, whole answers only.
@EventLoop
final class LocalClient {
    struct Call {
        var method: StaticString = "GET"
        var path: String
        var key: String?
        var contentType = "application/json"
        var fields: [(name: String, value: String)] = []
        var body: [UInt8] = []
    }

    struct Reply: Sendable {
        var status: Int
        var fields: HeaderFields
        var body: [UInt8]

        var isSuccess: Bool { (200..<300).contains(status) }
    }

    /// LIMIT: bytes of an answer.
    private static let bodyLimit = 16 << 20
    private static let times = CallTimes(connect: .seconds(2), firstByte: .seconds(20), idle: .seconds(20))

    private let pool = ClientPool()
    private var waiting: [ObjectIdentifier: Waiting] = [:]

    func send(_ call: Call, to address: SocketAddress) async throws(ClientFault) -> Reply {
        let result: Result<Reply, ClientFault> = await withUnsafeContinuation { continuation in
            let one = Waiting { [weak self] one, result in
                self?.waiting[ObjectIdentifier(one)] = nil
                continuation.resume(returning: result)
            }
            waiting[ObjectIdentifier(one)] = one
            _ = pool.send(
                head: LocalClient.head(call, address), body: call.body, to: ClientOrigin(.address(address)),
                times: LocalClient.times, observer: one)
        }
        return try result.get()
    }

    private static func head(_ call: Call, _ address: SocketAddress) -> [UInt8] {
        var writer = HeadWriter()
        writer.request(method: call.method, target: call.path)
        writer.field("host", address.bytes == nil ? "localhost" : address.description)
        if let key = call.key { writer.field("authorization", "Bearer " + key) }
        for (name, value) in call.fields { writer.field(named: name, value) }
        if !call.body.isEmpty { writer.field("content-type", call.contentType) }
        writer.field("content-length", call.body.count)
        writer.end()
        return writer.bytes
    }

    /// Collects one answer.
    private final class Waiting: ClientCallObserver {
        private var head: ResponseHead?
        private var body: [UInt8] = []
        private let done: @EventLoop (Waiting, Result<Reply, ClientFault>) -> Void

        init(_ done: @escaping @EventLoop (Waiting, Result<Reply, ClientFault>) -> Void) { self.done = done }

        func call(_ call: ClientCall, received head: ResponseHead) { self.head = head }

        func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer) {
            body.append(contentsOf: bytes)
            guard body.count > LocalClient.bodyLimit else { return }
            call.cancel()
            done(self, .failure(.cancelled))
        }

        func callEnded(_ call: ClientCall) {
            guard let head else { return done(self, .failure(.closedBeforeAnswer)) }
            done(self, .success(Reply(status: head.status, fields: head.fields, body: body)))
        }

        func call(_ call: ClientCall, failed fault: ClientFault) { done(self, .failure(fault)) }
    }
}
