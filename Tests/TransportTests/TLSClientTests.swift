// Proves that the pool verifies whom it speaks to and names what is wrong, resumes sessions, shows its certificate, and
// takes no broken connection for a whole answer.
import Glibc
import Runtime
import TLS
import TestKit
import Testing

@testable import Transport

/// Somebody else's server on a free port, which it says itself; for what ours refuses to be.
final class OtherServer {
    let port: UInt16
    private let folder: String
    private let pid: String

    init(_ command: String, in working: String) throws {
        folder = Shell.run("mktemp -d /tmp/portcullis-server-XXXXXX").split(separator: "\n").joined()
        pid = Shell.run("cd \(working); ( exec timeout 300 \(command) ) > \(folder)/log 2>&1 < /dev/null & echo $!")
            .split(separator: "\n").joined()
        let said = Shell.run(
            "for i in $(seq 200); do grep -o 'ACCEPT 127.0.0.1:[0-9]*' \(folder)/log && break; sleep 0.05; done")
        port = try #require(said.split(separator: ":").last.flatMap { UInt16($0.filter(\.isNumber)) })
    }

    deinit { _ = Shell.run("kill \(pid); rm -r \(folder)") }
}

struct TLSClientTests {
    let certificates = Certificates.shared

    private func ask(_ front: UInt16, upstream: UInt16, body: String = "x") throws -> String {
        let client = try #require(RawClient(port: front))
        client.send(
            "POST /proxy?\(upstream) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        let answer = client.receiveAll().text
        return answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }

    private func front(_ name: String, _ identity: ClientIdentity) async -> EchoService {
        let service = await EchoService.start()
        await service.speak(to: ServerName(name, identity: identity))
        return service
    }

    @Test(arguments: ["localhost", "127.0.0.1", "gate.example"])
    func aVerifiedServerAnswers(name: String) async throws {
        let back = await EchoService.start(options: ListenerOptions(identity: try certificates.server()))
        let front = await front(name, try certificates.client())
        let body = String(repeating: "0123456789abcdef", count: 20_000)
        #expect(
            try ask(await front.port, upstream: await back.port, body: body) == "status=200 resent=false kept=false "
                + body)
        #expect(try ask(await front.port, upstream: await back.port) == "status=200 resent=false kept=true x")
    }

    @Test(arguments: [
        ("gate", "other.pem", "localhost", "tls_unknown_issuer"),
        ("stranger", "root.pem", "localhost", "tls_unknown_issuer"),
        ("expired", "root.pem", "localhost", "tls_certificate_expired"),
        ("gate", "root.pem", "elsewhere.example", "tls_name_mismatch"),
        ("gate", "root.pem", "127.0.0.2", "tls_name_mismatch"),
        ("gate -tls1_1 -cipher DEFAULT@SECLEVEL=0", "root.pem", "localhost", "tls_no_shared_version"),
        ("gate -Verify 1 -CAfile root.pem -tls1_2", "root.pem", "localhost", "tls_refused_by_peer"),
    ])
    func aFaultHasItsName(server: String, authority: String, name: String, fault: String) async throws {
        let certificate = server.prefix { $0 != " " }
        let options = "-cert \(certificate).pem -key \(certificate).key" + server.dropFirst(certificate.count)
        let peer = try OtherServer(
            "openssl s_server -www -accept 127.0.0.1:0 \(options)", in: certificates.folder)
        let front = await front(name, try certificates.client(authority))
        #expect(try ask(await front.port, upstream: peer.port) == fault)
    }

    @Test func aServerInTheClearIsNamed() async throws {
        let back = await EchoService.start()
        let front = await front("localhost", try certificates.client())
        #expect(try ask(await front.port, upstream: await back.port) == "tls_not_tls")
    }

    @Test func aCertificateIsShown() async throws {
        let identity = try certificates.server(authorities: "root.pem", clients: .required)
        let back = await EchoService.start(options: ListenerOptions(identity: identity))
        let shown = await front("localhost", try certificates.client(showing: "person"))
        #expect(try ask(await shown.port, upstream: await back.port).hasSuffix(" x"))
        // TLS 1.3 lets a client believe that it is done before the server has refused.
        let bare = await front("localhost", try certificates.client())
        let fault = try ask(await bare.port, upstream: await back.port)
        #expect(["tls_client_certificate_missing", "closed_before_answer"].contains(fault))
    }

    @Test func sessionsAreResumed() async throws {
        let service = await EchoService.start(options: ListenerOptions(identity: try certificates.server()))
        let arrivals = Arrivals()
        await service.hear(arrivals)
        let identity = try certificates.client()
        let front = await front("localhost", identity)
        for _ in 0..<3 {
            #expect(try ask(await front.port, upstream: await service.port).hasSuffix("kept=false x"))
            await front.closeIdle()
        }
        #expect(await arrivals.done == ["TLSv1.3", "TLSv1.3 resumed", "TLSv1.3 resumed"])
        // Another name is another server, whatever its port.
        await front.speak(to: ServerName("gate.example", identity: identity))
        #expect(try ask(await front.port, upstream: await service.port).hasSuffix("kept=false x"))
        #expect(await arrivals.done.last == "TLSv1.3")
    }

    @Test(arguments: [
        ("client.close()", "closed_within_answer"), ("client.unwrap()", "status=200 resent=false kept=false whole"),
    ])
    func anEndThatWasNotSaidIsNoEnd(how: String, outcome: String) async throws {
        // Python's sockets end with a FIN alone when they are closed, and say it (close_notify) when unwrapped.
        let script = """
            import socket, ssl
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("\(certificates.path("gate.pem"))", "\(certificates.path("gate.key"))")
            listener = socket.create_server(("127.0.0.1", 0))
            listener.settimeout(240)
            print("ACCEPT 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
            raw, _ = listener.accept()
            client = context.wrap_socket(raw, server_side=True)
            client.recv(65536)
            client.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\nwhole")
            \(how)
            """
        let peer = try OtherServer("python3 -c '\(script)'", in: certificates.folder)
        let front = await front("localhost", try certificates.client())
        #expect(try ask(await front.port, upstream: peer.port) == outcome)
    }
}
