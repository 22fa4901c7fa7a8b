internal import Bytes
internal import HTTP
internal import JSON
internal import Runtime
internal import Transport

/// `/healthz`, `/readyz`, `/metrics`: for whoever runs the node, without a key and without content.
@EventLoop
struct Operations {
    /// Why the node should get no traffic; empty when it should.
    let problems: @EventLoop () -> [String]
    let metrics: @EventLoop () -> [UInt8]

    /// True when the request was one of these and is answered.
    func answers(_ exchange: ServerExchange) -> Bool {
        switch exchange.head.path {
        case "/healthz": respond(exchange, 200, "text/plain; charset=utf-8", Array("ok\n".utf8))
        case "/readyz":
            let problems = problems()
            var writer = JSONWriter()
            writer.object { object in
                object.member("ready", problems.isEmpty)
                object.member("problems", array: { list in for problem in problems { list.string(problem) } })
            }
            respond(exchange, problems.isEmpty ? 200 : 503, "application/json", writer.bytes)
        case "/metrics": respond(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics())
        default: return false
        }
        return true
    }

    private func respond(_ exchange: ServerExchange, _ status: Int, _ type: String, _ body: [UInt8]) {
        guard exchange.head.method == "GET" else {
            return exchange.respond(status: 405, fields: [("allow", "GET")], body: [])
        }
        exchange.respond(status: status, fields: [("content-type", type)], body: body)
    }
}
