// Proves over real sockets: every smuggling probe gets one refusal and a closed connection, bodies arrive in both
// framings at any split, pipelined requests are answered in order, limits hold, a client that leaves is noticed.
import Runtime
import TestKit
import Testing

@testable import HTTP
@testable import Transport

struct ServerTests {
    @Test func everyRefusedHeadClosesWithOneAnswer() async throws {
        let port = await EchoService.start().port
        for (text, _, status) in RefusedHeads.all {
            let client = try #require(RawClient(port: port))
            client.setTimeout(milliseconds: 3000)
            client.send(text + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.receiveAll()
            #expect(answer.isClosed, "\(text.debugDescription)")
            #expect(answer.text.hasPrefix("HTTP/1.1 \(status) "), "\(text.debugDescription) → \(answer.text)")
            #expect(answer.text.answers == 1, "two answers to \(text.debugDescription)")
        }
    }

    @Test func malformedChunksAreRefusedWithin() async throws {
        let port = await EchoService.start().port
        for body in [
            "5\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "5\r\nhelloX\r\n",
            "5;\r\nhello\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nX : y\r\n\r\n",
        ] {
            let client = try #require(RawClient(port: port))
            let hidden = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + hidden)
            let answer = client.receiveAll()
            #expect(answer.isClosed && answer.text.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.text.answers == 1, "two answers to \(body.debugDescription)")
        }
    }

    @Test func bodiesArriveAtEverySplit() async throws {
        let port = await EchoService.start().port
        let requests = [
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        ]
        for request in requests {
            let client = try #require(RawClient(port: port))
            let bytes = Array(request.utf8)
            for split in 0...bytes.count {
                client.send(Array(bytes[..<split]))
                client.send(Array(bytes[split...]))
                #expect(client.receive(until: "hello")?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
            }
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let client = try #require(RawClient(port: await EchoService.start().port))
        client.send(
            (0..<50).map { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\(1000 + $0)" }.joined()
                + "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nend")
        let answer = client.receiveAll()
        let bodies: [String] = answer.text.components(separatedBy: "HTTP/1.1 200 OK", keep: true).dropFirst().map {
            $0.split(separator: "\r\n").last.map { String($0) } ?? ""
        }
        let expected: [String] = (0..<50).map { String(1000 + $0) } + ["end"]
        #expect(bodies == expected)
        #expect(answer.isClosed)
    }

    /// More than a read takes at once, and nothing more comes that would tell of what is left.
    @Test func whatOneReadLeavesIsReadToo() async throws {
        let port = await EchoService.start().port
        let body = String(repeating: "x", count: 500_000)
        let large = try #require(RawClient(port: port))
        large.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 500000\r\n\r\n" + body)
        #expect(large.receiveAll().text.hasSuffix("\r\n\r\n" + body))
        let many = try #require(RawClient(port: port))
        let small = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\ny"
        many.send(String(repeating: small, count: 2000))
        many.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nend")
        let answers = many.receiveAll()
        #expect(answers.text.components(separatedBy: "HTTP/1.1 200 OK", keep: true).count - 1 == 2001)
        #expect(answers.text.hasSuffix("end") && answers.isClosed)
    }

    @Test func anEarlyAnswerClosesWhenTheBodyIsNotRead() async throws {
        let client = try #require(RawClient(port: await EchoService.start().port))
        client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\npart")
        let answer = client.receiveAll()
        #expect(answer.text.hasPrefix("HTTP/1.1 401 ") && answer.text.contains("connection: close"))
        #expect(answer.isClosed && !answer.wasReset)
    }

    @Test func continueIsSentWhenTheBodyIsWanted() async throws {
        let client = try #require(RawClient(port: await EchoService.start().port))
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("ok")
        #expect(client.receive(until: "ok") != nil)
    }

    @Test func aBodyBeyondTheLimitIsRefusedBeforeItIsRead() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 1000
        let service = await EchoService.start(limits: limits)
        let port = await service.port
        for (framing, status) in [
            ("Content-Length: 1001\r\n\r\n", 413), ("Content-Length: 99999999999\r\n\r\n", 413),
            ("Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + String(repeating: "x", count: 1001), 413),
            ("Content-Length: 1000\r\n\r\n" + String(repeating: "x", count: 1000), 200),
        ] {
            let client = try #require(RawClient(port: port))
            client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + framing)
            let answer = client.receiveAll()
            #expect(answer.text.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.isClosed)
        }
    }

    @Test func slowHeadsAndBodiesAreTimedOut() async throws {
        var limits = ServerLimits()
        limits.headTime = .milliseconds(80)
        limits.bodyIdleTime = .milliseconds(80)
        limits.idleTime = .milliseconds(80)
        let port = await EchoService.start(limits: limits).port
        for (text, status) in [
            ("GET / HT", "408"), ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf", "408"), ("", ""),
        ] {
            let client = try #require(RawClient(port: port))
            client.send(text)
            let answer = client.receiveAll()
            #expect(answer.isClosed)
            #expect(
                answer.text.hasPrefix(status.isEmpty ? "" : "HTTP/1.1 \(status) ")
                    && answer.text.isEmpty == status.isEmpty)
        }
    }

    private static let half =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7000\r\n\r\n" + String(repeating: "x", count: 6000)

    /// What was given up must not use up the room of all bodies together for ever.
    @Test func bodiesThatTimeOutGiveTheirRoomBack() async throws {
        var limits = ServerLimits()
        limits.bodyIdleTime = .milliseconds(80)
        limits.bodyBytesTogether = 8192
        let service = await EchoService.start(limits: limits)
        for _ in 0..<3 {
            let client = try #require(RawClient(port: await service.port))
            client.send(Self.half)
            #expect(client.receiveAll().text.hasPrefix("HTTP/1.1 408 "))
        }
        #expect(await service.bodyBytes == 0)
    }

    @Test func theBodyTooManyGivesItsRoomBack() async throws {
        var limits = ServerLimits()
        limits.bodyBytesTogether = 8192
        let service = await EchoService.start(limits: limits)
        let first = try #require(RawClient(port: await service.port))
        first.send(Self.half)
        #expect(await eventually { await service.bodyBytes == 6000 })
        for _ in 0..<2 {
            let second = try #require(RawClient(port: await service.port))
            second.send(Self.half)
            #expect(second.receiveAll().text.hasPrefix("HTTP/1.1 503 "))
        }
        first.send(String(repeating: "y", count: 1000))
        #expect(first.receive(until: "xy") != nil)
        #expect(await service.bodyBytes == 0)
    }

    private static func holding(_ count: Int) -> String {
        "POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n" + String(repeating: "x", count: count)
    }

    /// A handler keeps the body until it has answered: two of them may not use the room of one.
    @Test func aBodyCountsUntilItsExchangeEnds() async throws {
        var limits = ServerLimits()
        limits.bodyBytesTogether = 8192
        let service = await EchoService.start(limits: limits)
        let ends: [@EventLoop (ServerExchange) -> Void] = [
            { $0.respond(status: 200, fields: [], body: []) },
            {
                $0.startStream(status: 200, fields: [])
                $0.endStream()
            },
            {
                $0.startStream(status: 200, fields: [])
                $0.abortStream(notice: [0x21])
            },
            { $0.breakOff() }, { $0.endAsIs() }, { $0.drop() },
        ]
        for end in ends {
            let first = try #require(RawClient(port: await service.port))
            first.send(Self.holding(6000))
            #expect(await eventually { await service.heldCount == 1 })
            #expect(await service.bodyBytes == 6000)
            let second = try #require(RawClient(port: await service.port))
            second.setTimeout(milliseconds: 3000)
            second.send(Self.holding(6000))
            #expect(second.receiveAll().text.hasPrefix("HTTP/1.1 503 "))
            await service.endHeld(end)
            #expect(await service.bodyBytes == 0)
            let third = try #require(RawClient(port: await service.port))
            third.setTimeout(milliseconds: 3000)
            third.send(Self.holding(6000))
            #expect(await eventually { await service.heldCount == 1 })
            await service.endHeld { $0.respond(status: 200, fields: [], body: []) }
            #expect(third.receive(until: "\r\n\r\n")?.hasPrefix("HTTP/1.1 200 ") == true)
            #expect(await service.bodyBytes == 0)
        }
    }

    @Test func aClientThatLeavesGivesItsBodysRoomBack() async throws {
        let service = await EchoService.start()
        do {
            let client = try #require(RawClient(port: await service.port))
            client.send(Self.holding(6000))
            #expect(await eventually { await service.heldCount == 1 })
            #expect(await service.bodyBytes == 6000)
        }
        #expect(await eventually { await service.bodyBytes == 0 })
        await service.endHeld { $0.respond(status: 200, fields: [], body: []) }
        #expect(await service.bodyBytes == 0)
    }

    /// Head and length as GET would have them, and not a byte that the client would take for the next answer.
    @Test(arguments: [
        ("/early", "HTTP/1.1 401 Unauthorized", "content-length: 2"), ("/short", "HTTP/1.1 200 OK", "chunked"),
        ("/echo", "HTTP/1.1 200 OK", "content-length: 0"),
    ])
    func headGetsNoBody(path: String, status: String, framing: String) async throws {
        let client = try #require(RawClient(port: await EchoService.start().port))
        client.send(
            "HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\nGET /early HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let parts: [Substring] = client.receiveAll().text.components(separatedBy: "\r\n\r\n", keep: true)
        try #require(parts.count == 3)
        #expect(parts[0].hasPrefix(status) && parts[0].hasSuffix(framing))
        #expect(parts[1].hasPrefix("HTTP/1.1 401 ") && parts[2] == "no")
    }

    @Test func headOfAnAbortedStreamGetsNoNotice() async throws {
        let client = try #require(RawClient(port: await EchoService.start().port))
        client.send("HEAD /stream?abort HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = client.receiveAll()
        #expect(answer.isClosed && answer.text.hasSuffix("\r\n\r\n") && !answer.text.contains("event: error"))
    }

    @Test func aRefusalOfHeadHasNoBody() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 10
        let client = try #require(RawClient(port: await EchoService.start(limits: limits).port))
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
        let answer = client.receiveAll()
        #expect(answer.text.hasPrefix("HTTP/1.1 413 ") && answer.text.hasSuffix("\r\n\r\n") && answer.isClosed)
    }

    @Test(arguments: [204, 304])
    func aStatusWithoutBodyGetsNone(status: Int) async throws {
        let client = try #require(RawClient(port: await EchoService.start().port))
        client.send("GET /empty?\(status) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let answer = client.receiveAll()
        #expect(answer.text.hasPrefix("HTTP/1.1 \(status) ") && answer.text.hasSuffix("\r\n\r\n"))
        #expect(!answer.text.contains("content-length"))
    }

    @Test func aReaderThatStopsIsReset() async throws {
        var limits = ServerLimits()
        limits.writeStallTime = .milliseconds(150)
        let service = await EchoService.start(limits: limits)
        let client = try #require(RawClient(port: await service.port))
        client.setReceiveBuffer(4096)
        client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { await service.lost == 1 })
        var last = client.receive()
        while let bytes = last, !bytes.isEmpty { last = client.receive() }
        #expect(last == nil, "reset, not closed")
    }

    @Test func aClientThatLeavesIsNoticedAtOnce() async throws {
        let service = await EchoService.start()
        do {
            let client = try #require(RawClient(port: await service.port))
            client.send("GET /stream?wait HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.receive(until: "xxxx") != nil)
            #expect(await service.open == 1)
        }
        #expect(await eventually { await service.open == 0 })
        #expect(await service.connections == 0)
    }

    @Test func anAbortedStreamEndsWithItsNoticeAndWithoutTheLastChunk() async throws {
        let client = try #require(RawClient(port: await EchoService.start().port))
        client.send("GET /stream?abort HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = client.receiveAll()
        #expect(answer.text.hasSuffix("e\r\nevent: error\n\n\r\n"))
        #expect(!answer.text.contains("\r\n0\r\n") && answer.isClosed && !answer.wasReset)
    }

    @Test func clientsBeyondTheLimitAreTold() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        let service = await EchoService.start(limits: limits)
        let port = await service.port
        let first = try #require(RawClient(port: port))
        let second = try #require(RawClient(port: port))
        first.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1")
        second.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n2")
        #expect(first.receive(until: "\r\n\r\n1") != nil && second.receive(until: "\r\n\r\n2") != nil)
        let third = try #require(RawClient(port: port))
        #expect(third.receiveAll().text.hasPrefix("HTTP/1.1 503 "))
        first.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n3")
        #expect(first.receive(until: "\r\n\r\n3") != nil)
    }

    @Test func aDrainFinishesWhatRunsAndClosesWhatIdles() async throws {
        let service = await EchoService.start()
        let port = await service.port
        let idle = try #require(RawClient(port: port))
        idle.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1")
        #expect(idle.receive(until: "\r\n\r\n1") != nil)
        let busy = try #require(RawClient(port: port))
        busy.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
        #expect(await eventually { await service.connections == 2 })
        let done = Lock(false)
        await service.drain { done.withLock { $0 = true } }
        #expect(idle.receiveAll().isClosed)
        busy.send("cd")
        let answer = busy.receiveAll()
        #expect(answer.text.hasSuffix("abcd") && answer.text.contains("connection: close") && answer.isClosed)
        #expect(await eventually { done.withLock { $0 } })
        #expect(RawClient(port: port) == nil)
    }
}

/// Polls a condition that another thread makes true; bounded at five seconds.
func eventually(_ condition: () async -> Bool) async -> Bool {
    for _ in 0..<2500 {
        if await condition() { return true }
        await EventLoop.sleep(nanoseconds: .milliseconds(2))
    }
    return false
}

extension String {
    /// Status lines in it, wherever they stand.
    fileprivate var answers: Int {
        (1...5).reduce(0) { $0 + components(separatedBy: "HTTP/1.1 \($1)", keep: true).count - 1 }
    }

    fileprivate func components(separatedBy separator: String, keep: Bool) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}
