// Proves that an upstream's broken answers are refused by name, that their connections are not used again, that answers
// are read the same in any pieces, and that no upstream can hold a call by dripping its head.
import Runtime
import TestKit
import Testing

@testable import HTTP
@testable import Transport

struct HostileUpstreamTests {
    private static let good = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"

    private func ask(_ front: UInt16, upstream: UInt16) throws -> String {
        let client = try #require(RawClient(port: front))
        client.send(
            "POST /proxy?\(upstream) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
        let answer = client.receiveAll().text
        return answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
    }

    @Test func brokenAnswersAreRefusedAndTheirConnectionsEnd() async throws {
        let front = await EchoService.start().port
        for (name, bytes) in HostileAnswers.all {
            // The peer would go on with the good answer on the same connection.
            let peer = try ScriptedPeer([bytes + HostileUpstreamTests.good, HostileUpstreamTests.good])
            #expect(try ask(front, upstream: peer.port) == "malformed_answer", "\(name)")
            #expect(try ask(front, upstream: peer.port) == "status=200 resent=false kept=false good", "\(name)")
            peer.finish()
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\n", "status=204 resent=false kept=false "),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc", "status=200 resent=false kept=false a"),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", "status=200 resent=false kept=false a"),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", "status=200 resent=false kept=false a"),
    ])
    func suspectConnectionsAreNotKept(bytes: String, expected: String) async throws {
        let front = await EchoService.start().port
        let peer = try ScriptedPeer([bytes, HostileUpstreamTests.good])
        #expect(try ask(front, upstream: peer.port) == expected)
        #expect(try ask(front, upstream: peer.port) == "status=200 resent=false kept=false good")
        peer.finish()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n",
    ])
    func answersAreReadTheSameInAnyPieces(text: String) async throws {
        let front = await EchoService.start().port
        let bytes = Array(text.utf8)
        let scripts = (1..<bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] } + [bytes.map { [$0] }]
        let peer = try ScriptedPeer(pieces: scripts)
        for cut in scripts.indices {
            let answer = try ask(front, upstream: peer.port)
            #expect(answer == "status=200 resent=false kept=\(cut > 0) hello", "cut at \(cut + 1)")
        }
        peer.finish()
    }

    @Test func aHeadThatDripsIsGivenUp() async throws {
        let front = await EchoService.start().port
        let peer = try ScriptedPeer(pieces: [Array("HTTP/1.1 200 OK\r\nX: ".utf8).map { [$0] }], pauseMilliseconds: 60)
        #expect(try ask(front, upstream: peer.port) == "first_byte_timeout")
        peer.finish()
    }
}
