// Proves that a PROXY header is required from the named peers and believed of nobody else, in the clear and before TLS.
import Glibc
import HTTP
import Runtime
import TLS
import TestKit
import Testing

@testable import Transport

struct RelayTests {
    static let header: [UInt8] =
        [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10, 0x21, 0x11, 0, 12] + [
            192, 0, 2, 7, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB,
        ]
    static let local: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10, 0x20, 0, 0, 0]
    static let mapped: [UInt8] =
        [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10, 0x21, 0x21, 0, 36]
        + [UInt8](repeating: 0, count: 10) + [255, 255, 192, 0, 2, 9] + [UInt8](repeating: 0, count: 16) + [
            0, 7, 0, 80,
        ]
    private let request = Array("GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)

    private func start(_ relays: [String], identity: ServerIdentity? = nil, limits: ServerLimits = ServerLimits()) async
        -> EchoService
    {
        await EchoService.start(
            limits: limits,
            options: ListenerOptions(identity: identity, relays: relays.compactMap { AddressNetwork($0) }))
    }

    private func ask(_ port: UInt16, _ bytes: [UInt8], source: String? = nil, pieces: Bool = false) throws -> String {
        let client = try #require(RawClient(port: port, source: source))
        if pieces { for byte in bytes { client.send([byte]) } } else { client.send(bytes) }
        return client.receiveAll().text
    }

    @Test(arguments: [false, true])
    func theClientIsWhoTheRelaySays(pieces: Bool) async throws {
        let port = await start(["127.0.0.0/24"]).port
        let answer = try ask(port, Self.header + request, pieces: pieces)
        #expect(answer.hasSuffix("192.0.2.7:56324 through 127.0.0.1"))
        #expect(try ask(port, Self.mapped + request, pieces: pieces).hasSuffix("192.0.2.9:7 through 127.0.0.1"))
        let own = try ask(port, Self.local + request, pieces: pieces)
        #expect(own.contains("127.0.0.1:") && !own.contains("through"))
    }

    @Test func nobodyElseIsBelieved() async throws {
        let port = await start(["127.0.0.9/32"]).port
        #expect(try ask(port, Self.header + request).hasPrefix("HTTP/1.1 400"))
        #expect(try ask(port, request).contains("127.0.0.1:"))
        #expect(
            try ask(port, Self.header + request, source: "127.0.0.9").hasSuffix("192.0.2.7:56324 through 127.0.0.9"))
    }

    @Test(
        arguments: [
            (Array("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n".utf8), "proxy_not_proxy", "take the peer out"),
            (Array("PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\n".utf8), "proxy_version_1", "version 2"),
            (Array(header[..<15]) + [255] + header[16...], "proxy_missing", nil),
            (Array(header[..<20]), "proxy_missing", nil), ([], "proxy_missing", nil),
        ] as [([UInt8], String, String?)])
    func whatIsNoHeaderIsRefused(bytes: [UInt8], reason: String, hint: String?) async throws {
        var limits = ServerLimits()
        limits.arrivalTime = .milliseconds(100)
        let service = await start(["127.0.0.1"], limits: limits)
        let arrivals = Arrivals()
        await service.hear(arrivals)
        let answer = try ask(await service.port, bytes)
        #expect(await arrivals.failed == [reason])
        if let hint {
            #expect(answer.hasPrefix("HTTP/1.1 400") && answer.contains(hint))
        } else {
            #expect(answer == "")
        }
    }

    @Test func theHeaderComesBeforeTheHandshake() async throws {
        let certificates = Certificates.shared
        let port = await start(["127.0.0.1"], identity: try certificates.server()).port
        let path = certificates.path("proxied-request")
        // OpenSSL's client cannot send a header first, so Python wraps its socket after sending one.
        let script = """
            import socket, ssl
            raw = socket.create_connection(("127.0.0.1", \(port)))
            raw.sendall(bytes(\(Self.header)))
            context = ssl.create_default_context(cafile="\(certificates.path("root.pem"))")
            client = context.wrap_socket(raw, server_hostname="localhost")
            client.sendall(b"GET /peer HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
            answer = b""
            while piece := client.recv(65536): answer += piece
            print(answer.decode().split("\\r\\n\\r\\n")[1])
            """
        #expect(
            Shell.run("cat > \(path).py <<'END'\n\(script)\nEND\ntimeout 10 python3 \(path).py")
                == "192.0.2.7:56324 through 127.0.0.1\n")
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.128.0.0/9", "10.127.9.9", false),
        ("10.128.0.0/9", "10.129.9.9", true), ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
        ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe00::1", false), ("0.0.0.0/0", "1.2.3.4", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "::1", true),
    ])
    func networksContain(network: String, address: String, isIn: Bool) throws {
        let literal = try #require(SocketAddress.literal(address))
        #expect(try #require(AddressNetwork(network)).contains(SocketAddress(literal, port: 1)) == isIn)
    }

    @Test(arguments: [
        "", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "name", "10.0.0.0/8/8", "fd00::1/64",
    ])
    func noNetworks(text: String) { #expect(AddressNetwork(text) == nil) }
}
