internal import Glibc
internal import HTTP
internal import JSON
internal import Runtime
internal import Transport

/// `/healthz`, `/readyz`, `/metrics` of the console.
@EventLoop
struct ConsoleOperations {
    let problems: @EventLoop () -> [String]
    /// Asks the gateways, so it takes as long as they do.
    var metrics: @EventLoop () async -> [UInt8]

    /// The own user and root.
    nonisolated static func isTrusted(_ user: UInt32) -> Bool { user == 0 || user == geteuid() }

    func answers(_ exchange: ServerExchange) -> Bool {
        guard exchange.head.method == "GET" else { return false }
        switch exchange.head.path {
        case "/healthz":
            exchange.respond(status: 200, fields: [("content-type", "text/plain")], body: Array("ok\n".utf8))
        case "/readyz":
            let problems = problems()
            var writer = JSONWriter()
            writer.object { object in
                object.member("ready", problems.isEmpty)
                object.member("problems", array: { list in for problem in problems { list.string(problem) } })
            }
            exchange.respond(
                status: problems.isEmpty ? 200 : 503, fields: [("content-type", "application/json")], body: writer.bytes
            )
        case "/metrics":
            EventLoop.spawn {
                let body = await metrics()
                exchange.respond(
                    status: 200, fields: [("content-type", "text/plain; version=0.0.4; charset=utf-8")], body: body)
            }
        default: return false
        }
        return true
    }
}
