// Proves that a call over a Unix socket carries method, path, body and key and brings back any answer, and that what
// stands in the way is named with its remedy.
import AdministrationClient
import Bytes
import Crypto
import Files
import HTTP
import Runtime
import TestKit
import Testing
import Transport

@EventLoop
final class EchoAPI: RequestHandler {
    private static var running: [EchoAPI] = []
    private var server: HTTPServer?

    /// Answers with what it was asked, until the process ends.
    static func start(_ path: String) throws(ListeningSocket.Failure) {
        let api = EchoAPI()
        let server = HTTPServer(limits: ServerLimits(), handler: api) { _, _ in ("text/plain", []) }
        api.server = server
        running.append(api)
        server.listen(on: try ListeningSocket.open(SocketAddress(.unix(path)), shared: false))
    }

    func begin(_ exchange: ServerExchange) {
        exchange.readBody { result in
            guard case .success(let body) = result else { return }
            let head = exchange.head
            let text =
                "\(head.method) \(head.path) \(head.fields.value(of: "authorization") ?? "-") "
                + "\(head.fields.value(of: "content-type") ?? "-") " + String(decoding: body, as: UTF8.self)
            exchange.respond(
                status: head.path == "/no" ? 409 : 200, fields: [("content-type", "text/plain")],
                body: Array(text.utf8))
        }
    }
}

struct AdminClientTests {
    private let path = "/tmp/portcullis-admin-\(Hex.encode(SecureRandom.bytes(6))).sock"

    /// One loop for the process: the client would start its own where none runs yet.
    init() { TestLoop.start() }

    private var client: AdminClient { AdminClient(socket: path, remedy: "start it") }

    private func serve() async throws { try await EchoAPI.start(path) }

    @Test func aCallCarriesEverything() async throws {
        try await serve()
        let answer = try client.call("POST", "/api/x", body: Array("{}".utf8), key: "pck_1")
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self) == "POST /api/x Bearer pck_1 application/json {}")
        let refused = try client.call("GET", "/no")
        #expect(refused.status == 409 && !refused.isSuccess)
        #expect(String(decoding: refused.body, as: UTF8.self) == "GET /no - - ")
    }

    @Test func fromTheLoopToo() async throws {
        try await serve()
        let answer = try await client.send("PUT", "/a", body: [1])
        #expect(answer.status == 200)
    }

    @Test func aLargeBodyPassesBothWays() async throws {
        try await serve()
        let body = [UInt8](repeating: 0x61, count: 8 << 20)
        #expect(try client.call("POST", "/big", body: body).body.suffix(body.count) == body[...])
    }

    @Test func nothingThere() throws {
        #expect(throws: AdminFailure.nothingAnswers(socket: path, remedy: "start it")) {
            _ = try client.call("GET", "/")
        }
        // A socket that nobody listens at any more is left by a process that was killed.
        try WholeFile.replace(path, [])
        defer { try? Folder.remove(path) }
        #expect(throws: AdminFailure.nothingAnswers(socket: path, remedy: "start it")) {
            _ = try client.call("GET", "/")
        }
    }

    @Test func aPathThatNoSocketCanHave() {
        let long = "/tmp/" + String(repeating: "x", count: 200)
        #expect(throws: AdminFailure.pathTooLong(socket: long)) {
            _ = try AdminClient(socket: long, remedy: "").call("GET", "/")
        }
    }

    @Test func aKeyThatWouldSplitTheHead() async throws {
        #expect(throws: AdminFailure.badKey) { _ = try client.call("GET", "/", key: "a\r\nx: y") }
    }
}
