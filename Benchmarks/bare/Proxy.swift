internal import HTTP
internal import Runtime
internal import Transport

/// A server whose every request goes to one upstream.
@EventLoop
final class Proxy: RequestHandler {
    let pool = ClientPool()
    let origin: ClientOrigin
    /// As the upstream's Host.
    let authority: String
    let times = CallTimes()
    private var server: HTTPServer?
    private var signals: Signals?

    init(to upstream: SocketAddress, connections: Int) {
        origin = ClientOrigin(.address(upstream))
        authority = upstream.description
        var limits = ServerLimits()
        limits.connections = connections
        server = HTTPServer(limits: limits, handler: self) { _, message in ("text/plain", Array(message.utf8)) }
    }

    /// Serves until a signal; the loop, which waits for it, keeps this.
    func open(_ socket: ListeningSocket) {
        server?.listen(on: socket)
        signals = Signals { [self] _ in stop() }
    }

    private func stop() {
        server?.closeAll()
        Reactor.shared.stop()
    }

    func begin(_ exchange: ServerExchange) {
        exchange.readBody { [self] result in
            // Otherwise the client has left or was told.
            if case .success(let body) = result { Relay.start(exchange, body, self) }
        }
    }
}
