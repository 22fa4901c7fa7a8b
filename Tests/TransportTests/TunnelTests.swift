// Proves that connections leave through an egress proxy: with its login and without the origin's bytes, inside TLS
// where origin or proxy speak it, kept like any other, and with every refusal of the proxy told apart.
import Bytes
import Glibc
import Runtime
import TLS
import TestKit
import Testing

@testable import Transport

struct TunnelTests {
    let certificates = Certificates.shared

    /// A proxy in Python: checks the login, says what it saw, relays bytes it cannot read.
    private static let script = #"""
        import socket, ssl, sys, threading
        mode, log, folder = sys.argv[1:4]
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(240)
        print("ACCEPT 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
        context = None
        if mode == "https":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder + "/gate.pem", folder + "/gate.key")

        def note(text):
            with open(log, "a") as file:
                file.write(text + "\n")

        def copy(source, target):
            try:
                while piece := source.recv(65536):
                    note("clear" if b"HTTP/1.1" in piece or b"secret" in piece else "sealed")
                    target.sendall(piece)
            except OSError:
                pass
            try:
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        def serve(client):
            if context:
                client = context.wrap_socket(client, server_side=True)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            lines = head.decode().split("\r\n")
            note(lines[0])
            if mode == "silent":
                return client.recv(1)
            if mode == "garbage":
                client.sendall(b"nonsense\r\n\r\n")
                return client.close()
            if mode == "early":
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                return client.recv(1)
            if mode in ("403", "503"):
                client.sendall(b"HTTP/1.1 %s No\r\nContent-Length: 0\r\n\r\n" % mode.encode())
                return client.close()
            if "proxy-authorization: Basic dXNlcjpzZXNhbWU=" not in lines:
                client.sendall(b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n")
                return client.close()
            host, port = lines[0].split(" ")[1].rsplit(":", 1)
            origin = socket.create_connection((host, int(port)))
            client.sendall(b"HTTP/1.1 200 Connection established\r\nContent-Length: 7\r\n\r\n")
            threading.Thread(target=copy, args=(origin, client), daemon=True).start()
            copy(client, origin)

        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """#

    private struct Proxy {
        let server: OtherServer
        let log: String
        var seen: [String] { Shell.run("cat \(log)").split(separator: "\n").map { String($0) } }
        func address(tls: ServerName? = nil, login: String? = "user:sesame") -> EgressProxy {
            EgressProxy(
                ClientOrigin.Place(host: "127.0.0.1", port: server.port), tls: tls,
                login: login.map { SecretBytes(Array($0.utf8)) })
        }
    }

    private func start(_ mode: String) throws -> Proxy {
        let log = Shell.run("mktemp /tmp/portcullis-proxy-XXXXXX").split(separator: "\n").joined()
        _ = Shell.run("cat > \(log).py <<'END'\n\(TunnelTests.script)\nEND")
        let server = try OtherServer("python3 \(log).py \(mode) \(log) \(certificates.folder)", in: certificates.folder)
        return Proxy(server: server, log: log)
    }

    private func ask(_ front: UInt16, upstream: UInt16, body: String = "secret") throws -> String {
        let client = try #require(RawClient(port: front))
        client.send(
            "POST /proxy?\(upstream) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        let answer = client.receiveAll().text
        return answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }

    @Test func theTunnelIsSealedAndKept() async throws {
        let proxy = try start("http")
        let back = await EchoService.start(options: ListenerOptions(identity: try certificates.server()))
        let front = await EchoService.start()
        await front.speak(to: ServerName("localhost", identity: try certificates.client()), through: proxy.address())
        let port = await back.port
        let body = String(repeating: "secret", count: 30_000)
        #expect(try ask(await front.port, upstream: port, body: body) == "status=200 resent=false kept=false " + body)
        #expect(try ask(await front.port, upstream: port) == "status=200 resent=false kept=true secret")
        let seen = proxy.seen
        #expect(seen.first == "CONNECT 127.0.0.1:\(port) HTTP/1.1")
        #expect(seen.filter { $0.hasPrefix("CONNECT") }.count == 1)
        #expect(seen.contains("sealed") && !seen.contains("clear"))
    }

    @Test func anOriginInTheClearIsReached() async throws {
        let proxy = try start("http")
        let back = await EchoService.start()
        let front = await EchoService.start()
        await front.speak(to: nil, through: proxy.address())
        #expect(try ask(await front.port, upstream: await back.port).hasSuffix("kept=false secret"))
        #expect(proxy.seen.contains("clear"))
    }

    @Test func aProxyMaySpeakTLSItself() async throws {
        let proxy = try start("https")
        let identity = try certificates.client()
        let back = await EchoService.start(options: ListenerOptions(identity: try certificates.server()))
        let front = await EchoService.start()
        await front.speak(
            to: ServerName("localhost", identity: identity),
            through: proxy.address(tls: ServerName("localhost", identity: identity)))
        let body = String(repeating: "secret", count: 100_000)
        #expect(
            try ask(await front.port, upstream: await back.port, body: body)
                == "status=200 resent=false kept=false " + body)
        #expect(try ask(await front.port, upstream: await back.port).hasSuffix("kept=true secret"))
        #expect(!proxy.seen.contains("clear"))
        // One that it does not trust gets neither the login nor a name.
        let stranger = try certificates.client("other.pem")
        await front.speak(to: nil, through: proxy.address(tls: ServerName("localhost", identity: stranger)))
        let before = proxy.seen
        #expect(try ask(await front.port, upstream: await back.port) == "proxy_tls_unknown_issuer")
        #expect(proxy.seen == before)
    }

    @Test(
        arguments: [
            ("http", "user:wrong", "proxy_refused_407"), ("http", nil, "proxy_refused_407"),
            ("403", "user:sesame", "proxy_refused_403"), ("503", "user:sesame", "proxy_refused_503"),
            ("garbage", "user:sesame", "proxy_malformed"), ("early", "user:sesame", "proxy_malformed"),
            ("silent", "user:sesame", "connect_timeout"),
        ] as [(String, String?, String)])
    func refusalsAreToldApart(mode: String, login: String?, fault: String) async throws {
        let proxy = try start(mode)
        let front = await EchoService.start()
        await front.speak(
            to: ServerName("localhost", identity: try certificates.client()), through: proxy.address(login: login))
        #expect(try ask(await front.port, upstream: 9) == fault)
        // The proxy was told where to, and nothing else.
        #expect(proxy.seen == ["CONNECT 127.0.0.1:9 HTTP/1.1"])
    }

    @Test func aProxyThatIsNotThereIsNamed() async throws {
        let free = try ListeningSocket.probe(try #require(SocketAddress("127.0.0.1:0"))).port
        let front = await EchoService.start()
        await front.speak(to: nil, through: EgressProxy(ClientOrigin.Place(host: "127.0.0.1", port: free)))
        #expect(try ask(await front.port, upstream: 9) == "proxy_unreachable")
    }
}
