// Proves that the byte log holds what crossed the wire, byte for byte and in order, that it knows how each connection
// and answer ended and when, and that no key is ever in it.
import JSON
import Runtime
import TestKit
import Testing

@testable import Simulator

struct ByteLogTests {
    typealias Kind = ByteLogRecord.Kind

    @Test func aRecordByteForByte() {
        var bytes: [UInt8] = []
        bytes.append(
            record: .answered, detail: 2, connection: 0x0102, ByteLogRecord.Moment(wall: -2, monotonic: 0x0A0B)
        ) { $0.append(contentsOf: [0xEE, 0xFF]) }
        #expect(
            bytes == [
                0, 0, 0, 38, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 255, 255, 255, 255, 255, 255, 255, 254, 0, 0, 0, 0, 0,
                0,
                0x0A, 0x0B, 0xEE, 0xFF, 0, 0, 0, 38,
            ])
    }

    @Test func theWholeWireIsInTheLog() async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000)
        let client = try #require(RawClient(port: fixture.port))
        let bodies = [FaultTests.body(true), FaultTests.body(false, "second 字")]
        let sent = bodies.enumerated().map { index, body in
            Reply.request(
                "POST", FaultTests.chat + "?n=\(index)", body,
                headers: Headers.openAI + (index == 1 ? ["connection: close"] : []))
        }
        for request in sent { client.send(request) }
        let received = client.receiveAll().text
        let records = try await fixture.records()
        let mine = records.filter { $0.connection == 1 }
        #expect(mine.filter { $0.kind == Kind.written.rawValue }.map { $0.text }.joined() == received)
        #expect(
            mine.filter { $0.kind == Kind.received.rawValue }.reduce(0) { $0 + LoggedRecord.number($1.payload, 0, 4) }
                == UInt64(sent.joined().utf8.count))
        let logged = mine.filter { $0.kind == Kind.body.rawValue }
        #expect(logged.map { String(decoding: $0.payload.dropFirst(8), as: UTF8.self) } == bodies)
        #expect(logged.map { $0.exchange } == [1, 2])
        #expect(mine.filter { $0.kind == Kind.answered.rawValue }.map { $0.detail } == [0, 0])
        #expect(mine.first?.kind == Kind.opened.rawValue && mine.first?.text.hasPrefix("127.0.0.1:") == true)
        #expect(zip(records, records.dropFirst()).allSatisfy { $0.monotonic <= $1.monotonic }, "in the order of time")
        let answer = mine.filter { $0.kind == Kind.written.rawValue }
        #expect(answer.allSatisfy { $0.wall > 1_700_000_000_000_000_000 })
    }

    @Test func theHeadIsLoggedWithoutTheKey() async throws {
        let fixture = try await SimulatorFixture.start("openai")
        let secret = "Bearer sk-somebody-elses"
        for authorization in ["Bearer \(SimulatorFixture.key)", secret] {
            _ = try Reply.to(
                fixture, "POST", FaultTests.chat, FaultTests.body(false),
                headers: [
                    "authorization: \(authorization)", "cookie: a=b", "x-trace: 字", "content-type: application/json",
                ])
        }
        _ = try Reply.to(fixture, "GET", "/v1/models", headers: [])
        let heads = try await fixture.records().filter { $0.kind == Kind.request.rawValue }.map { record in
            var parser = JSONParser()
            return try parser.parse(Array(record.payload.dropFirst(8))).root
        }
        #expect(heads.map { $0["key"]?.string } == ["right", "wrong", "missing"])
        #expect(heads.first?["method"]?.string == "POST" && heads.first?["target"]?.string == FaultTests.chat)
        let fields = Array(try #require(heads.first?["fields"]?.elements)).map { Array($0.elements) }
        #expect(
            fields.map { $0[0].string } == [
                "host", "authorization", "cookie", "x-trace", "content-type", "connection", "content-length",
            ])
        #expect(fields[1][1].isNull && fields[2][1].isNull && fields[3][1].string == "字")
        let all = try await fixture.records().map { $0.text }.joined()
        #expect(!all.contains(SimulatorFixture.key) && !all.contains("sk-somebody-elses") && !all.contains("a=b"))
    }

    @Test func aClientThatLeavesIsToldByHowItLeft() async throws {
        for (resets, outcome, end) in [(false, 1, 0), (true, 2, 1)] {
            let fixture = try await SimulatorFixture.start("openai", rate: 1000)
            do {
                let client = try #require(RawClient(port: fixture.port))
                client.send(
                    Reply.request("POST", FaultTests.chat, FaultTests.body(true, limit: 5000), headers: Headers.openAI))
                _ = client.receive(until: "tok3 ")
                // A half-close is a leaving, too; closing with unread bytes is a reset.
                if !resets {
                    client.endWriting()
                    while let bytes = client.receive(), !bytes.isEmpty {}
                } else {
                    #expect(try await eventually { try await fixture.records().count > 30 })
                }
            }
            let before = Clocks.wall
            #expect(await eventually { await fixture.runningCount == 0 })
            let records = try await fixture.records()
            let answered = try #require(records.last { $0.kind == Kind.answered.rawValue })
            let ended = try #require(records.last { $0.kind == Kind.ended.rawValue })
            #expect(Int(answered.detail) == outcome && Int(ended.detail) == end, "resets \(resets)")
            if resets { #expect(ended.wall >= UInt64(before) - 1_000_000_000 && ended.wall <= UInt64(Clocks.wall)) }
        }
    }

    @Test(arguments: [("reset", 3, 3), ("abort", 4, 0), ("close", 4, 0)])
    func aScriptedEndIsToldAsOurOwn(_ how: String, _ outcome: Int, _ end: Int) async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000, inBand: true)
        let text = "[[simulate: {\"end\":{\"how\":\"\(how)\",\"after\":1}}]]"
        _ = try Reply.to(fixture, "POST", FaultTests.chat, FaultTests.body(true, text), headers: Headers.openAI)
        #expect(try await eventually { try await fixture.records().contains { $0.kind == Kind.ended.rawValue } })
        let records = try await fixture.records()
        #expect(records.filter { $0.kind == Kind.answered.rawValue }.map { Int($0.detail) } == [outcome])
        #expect(records.filter { $0.kind == Kind.ended.rawValue }.map { Int($0.detail) } == [end])
        let played = try #require(records.first { $0.kind == Kind.played.rawValue })
        #expect(String(decoding: played.payload.dropFirst(8), as: UTF8.self).contains("\"how\":\"\(how)\""))
    }

    @Test func aBodyThatNeverEndsIsToldAsLost() async throws {
        let fixture = try await SimulatorFixture.start("openai")
        do {
            let client = try #require(RawClient(port: fixture.port))
            client.send("POST \(FaultTests.chat) HTTP/1.1\r\nhost: v\r\ncontent-length: 100\r\n\r\npart")
            #expect(try await eventually { try await fixture.records().contains { $0.kind == Kind.request.rawValue } })
        }
        #expect(try await eventually { try await fixture.records().contains { $0.kind == Kind.answered.rawValue } })
        let records = try await fixture.records()
        #expect(records.first { $0.kind == Kind.answered.rawValue }?.detail == 1)
        #expect(!records.contains { $0.kind == Kind.body.rawValue })
    }

    @Test func aFlushAnswersWhenTheBookIsOnDisk() async throws {
        let fixture = try await SimulatorFixture.start("openai")
        _ = try Reply.to(fixture, "GET", "/v1/models", headers: Headers.openAI)
        #expect(
            try Reply.to(fixture, "POST", "/_simulator/flush", headers: Headers.openAI).body == #"{"flushed":true}"#)
        let file = LoggedRecord.all(in: try readWithoutFlush(fixture.logPath))
        #expect(file.contains { $0.kind == Kind.request.rawValue && $0.text.contains("/v1/models") })
    }

    private func readWithoutFlush(_ path: String) throws -> [UInt8] { try FileReading.whole(path) }
}
