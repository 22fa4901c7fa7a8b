// Proves that the pool keeps connections, sends again once when a kept one was closed, and names every way to fail.
import Runtime
import TestKit
import Testing

@testable import Transport

struct ClientPoolTests {
    private func ask(_ port: UInt16, upstream: UInt16, body: String) throws -> String {
        let client = try #require(RawClient(port: port))
        client.send(
            "POST /proxy?\(upstream) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        let answer = client.receiveAll().text
        return answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }

    @Test func connectionsAreKept() async throws {
        let front = await EchoService.start().port
        let back = await EchoService.start().port
        #expect(try ask(front, upstream: back, body: "one") == "status=200 resent=false kept=false one")
        #expect(try ask(front, upstream: back, body: "two") == "status=200 resent=false kept=true two")
    }

    @Test func aKeptConnectionThatWasClosedIsReplaced() async throws {
        let front = await EchoService.start().port
        let peer = try ScriptedPeer([
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", nil, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb",
        ])
        #expect(try ask(front, upstream: peer.port, body: "x") == "status=200 resent=false kept=false a")
        #expect(try ask(front, upstream: peer.port, body: "y") == "status=200 resent=true kept=false b")
        peer.finish()
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "closed_within_answer"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "closed_within_answer"),
        ("HTTP/1.1 200 OK\r\nContent-Le", "closed_before_answer"), ("", "closed_before_answer"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", "malformed_answer"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "malformed_answer"),
        ("nonsense\r\n\r\n", "malformed_answer"),
    ])
    func faultsAreNamed(answer: String, fault: String) async throws {
        let front = await EchoService.start().port
        let peer = try ScriptedPeer([answer], closes: true)
        #expect(try ask(front, upstream: peer.port, body: "x") == fault)
        peer.finish()
    }

    @Test func aSilentUpstreamTimesOut() async throws {
        let front = await EchoService.start().port
        let peer = try ScriptedPeer([nil], silent: true)
        #expect(try ask(front, upstream: peer.port, body: "x") == "first_byte_timeout")
        peer.finish()
    }

    @Test func aClosedPortIsAConnectFailure() async throws {
        let front = await EchoService.start().port
        let free = try ListeningSocket.probe(try #require(SocketAddress("127.0.0.1:0"))).port
        #expect(try ask(front, upstream: free, body: "x") == "connect_failed")
    }

    /// Its bytes and its end come as one event; a read takes a part of the bytes only.
    @Test func anAnswerOfManyReadsThatEndsWithItsConnectionArrivesWhole() async throws {
        let front = await EchoService.start().port
        let body = String(repeating: "0123456789abcdef", count: 40_000)
        let peer = try ScriptedPeer(["HTTP/1.1 200 OK\r\n\r\n" + body], closes: true)
        #expect(try ask(front, upstream: peer.port, body: "x") == "status=200 resent=false kept=false " + body)
        peer.finish()
    }

    @Test func interimAnswersArePassedOver() async throws {
        let front = await EchoService.start().port
        let peer = try ScriptedPeer([
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
        ])
        #expect(try ask(front, upstream: peer.port, body: "x") == "status=200 resent=false kept=false a")
        peer.finish()
    }
}
