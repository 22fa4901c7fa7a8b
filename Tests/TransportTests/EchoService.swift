// A server for the tests below: echoes bodies, streams on demand, proxies to another port.
import HTTP
import Runtime
import TLS
import TestKit

@testable import Transport

@EventLoop
final class EchoService: RequestHandler {
    private var server: HTTPServer?
    private(set) var port: UInt16 = 0
    private let pool = ClientPool()
    /// Streams that wait for their client to leave.
    private(set) var open = 0
    var lost = 0
    /// Requests that were read and wait for `endHeld`.
    private var held: [ServerExchange] = []

    /// Services live as long as the test process: a test keeps the port only.
    private static var running: [EchoService] = []

    /// How `/proxy` goes on: in the clear, or to this name.
    var upstreamName: ServerName?
    var egress: EgressProxy?

    nonisolated static func start(
        limits: ServerLimits = ServerLimits(), options: ListenerOptions = ListenerOptions(),
        address: String = "127.0.0.1:0"
    ) async -> EchoService {
        TestLoop.start()
        return await make(limits, options, address)
    }

    func speak(to name: ServerName?, through proxy: EgressProxy? = nil) {
        upstreamName = name
        egress = proxy
    }
    func closeIdle() { pool.closeIdle() }

    func hear(_ observer: any ArrivalObserver) {
        arrivals = observer
        server?.arrivals = observer
    }
    private var arrivals: (any ArrivalObserver)?

    private static func make(_ limits: ServerLimits, _ options: ListenerOptions, _ text: String) async -> EchoService {
        let service = EchoService()
        let server = HTTPServer(limits: limits, handler: service) { status, message in
            ("text/plain", Array("refused \(status): \(message)".utf8))
        }
        guard let address = SocketAddress(text), let socket = try? ListeningSocket.open(address, shared: false)
        else { preconditionFailure("no port on loopback") }
        service.server = server
        running.append(service)
        service.port = socket.address.port
        server.listen(on: socket, as: options)
        return service
    }

    var connections: Int { server?.connectionCount ?? 0 }
    var bodyBytes: Int { server?.bodyBytes ?? 0 }
    var heldCount: Int { held.count }

    /// Answers the oldest request to /hold, in one of the ways in which an exchange can end.
    func endHeld(_ end: @EventLoop (ServerExchange) -> Void) {
        guard !held.isEmpty else { return }
        end(held.removeFirst())
    }

    func drain(_ done: @escaping () -> Void) { server?.drain(done) }

    func begin(_ exchange: ServerExchange) {
        switch exchange.head.path {
        case "/peer":
            let via = exchange.relay.map { " through \($0.description.prefix { $0 != ":" })" } ?? ""
            exchange.respond(status: 200, fields: [], body: Array("\(exchange.peer)\(via)".utf8))
        case "/early": exchange.respond(status: 401, fields: [("content-type", "text/plain")], body: Array("no".utf8))
        case "/stream": Stream(exchange, service: self).begin()
        case "/hold":
            exchange.readBody { [self] result in
                if case .success = result { held.append(exchange) }
            }
        case "/empty": exchange.respond(status: Int(exchange.head.query) ?? 0, fields: [], body: Array("no".utf8))
        case "/short":
            exchange.startStream(status: 200, fields: [])
            [UInt8]("some".utf8).withUnsafeBytes { exchange.send(chunk: $0) }
            exchange.endStream()
        case "/proxy": Proxy(exchange, pool, self).begin(port: UInt16(exchange.head.query) ?? 0)
        default:
            exchange.readBody { result in
                guard case .success(let body) = result else { return }
                exchange.respond(status: 200, fields: [("content-type", "text/plain")], body: body)
            }
        }
    }

    /// Sends until the client leaves or is slow; then counts what happened.
    @EventLoop
    final class Stream: ServerExchangeObserver {
        let exchange: ServerExchange
        let service: EchoService
        init(_ exchange: ServerExchange, service: EchoService) {
            self.exchange = exchange
            self.service = service
        }

        func begin() {
            service.open += 1
            exchange.observer = self
            exchange.startStream(status: 200, fields: [("content-type", "text/event-stream")])
            fill()
            keep = self
        }
        var keep: Stream?

        func fill() {
            let chunk = [UInt8](repeating: 0x78, count: 16_384)
            if exchange.head.query == "abort" {
                chunk.withUnsafeBytes { exchange.send(chunk: $0) }
                exchange.abortStream(notice: Array("event: error\n\n".utf8))
                keep = nil
                return
            }
            if exchange.head.query == "wait" {
                chunk.withUnsafeBytes { exchange.send(chunk: $0) }
                return
            }
            while !exchange.isCongested, !exchange.isLost { chunk.withUnsafeBytes { exchange.send(chunk: $0) } }
        }

        func exchangeLost(_ exchange: ServerExchange) {
            service.open -= 1
            service.lost += 1
            keep = nil
        }
        func exchangeDrained(_ exchange: ServerExchange) { fill() }
    }

    /// Forwards a request to another port and its answer back, whole.
    @EventLoop
    final class Proxy: ClientCallObserver {
        let exchange: ServerExchange
        let pool: ClientPool
        var status = 0
        var bytes: [UInt8] = []
        var keep: Proxy?
        let service: EchoService
        init(_ exchange: ServerExchange, _ pool: ClientPool, _ service: EchoService) {
            self.exchange = exchange
            self.pool = pool
            self.service = service
        }

        func begin(port: UInt16) {
            keep = self
            exchange.readBody { [self] result in
                guard case .success(let body) = result, let address = SocketAddress("127.0.0.1:\(port)") else { return }
                var head = HeadWriter()
                head.request(method: "POST", target: "/echo")
                head.field("host", "127.0.0.1:\(port)")
                head.field("content-length", body.count)
                head.end()
                let times = CallTimes(connect: .seconds(1), firstByte: .milliseconds(400), idle: .milliseconds(400))
                _ = pool.send(
                    head: head.bytes, body: body,
                    to: ClientOrigin(.address(address), tls: service.upstreamName, proxy: service.egress),
                    times: times, observer: self)
            }
        }

        func call(_ call: ClientCall, received head: ResponseHead) { status = head.status }
        func call(_ call: ClientCall, received piece: UnsafeRawBufferPointer) { bytes += piece }
        func callEnded(_ call: ClientCall) {
            let note = "status=\(status) resent=\(call.wasResent) kept=\(call.isOnKeptConnection) "
            exchange.respond(status: 200, fields: [], body: Array(note.utf8) + bytes)
            keep = nil
        }
        func call(_ call: ClientCall, failed fault: ClientFault) {
            exchange.respond(status: 502, fields: [], body: Array(fault.code.utf8))
            keep = nil
        }
    }
}
