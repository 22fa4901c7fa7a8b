// Proves on the wire that every delay and fault of a script happens where it says, in streams and in whole answers, and
// that scripts come by file, by administration and, where allowed, by the user's text.
import JSON
import Runtime
import TestKit
import Testing

@testable import Simulator

struct FaultTests {
    static let chat = "/v1/chat/completions"

    static func body(_ stream: Bool, _ text: String = "hi", limit: Int = 6) -> String {
        var writer = JSONWriter()
        writer.string(text)
        let content = String(decoding: writer.bytes, as: UTF8.self)
        return
            #"{"model":"gpt-5.5","stream":\#(stream),"max_tokens":\#(limit),"messages":[{"role":"user","#
            + #""content":\#(content)}]}"#
    }

    static func play(_ play: String, stream: Bool, limit: Int = 6, rate: Int = 1000) async throws -> Reply {
        let fixture = try await SimulatorFixture.start("openai", rate: rate, inBand: true)
        return try Reply.to(
            fixture, "POST", Self.chat, Self.body(stream, "[[simulate: \(play)]]", limit: limit),
            headers: Headers.openAI)
    }

    /// Contents of a stream's chunks.
    static func words(_ reply: Reply) -> [String] {
        reply.data.compactMap { line in
            var parser = JSONParser()
            let chunk = try? parser.parse(Array(line.utf8)).root
            return chunk?["choices"]?.elements.first { _ in true }?["delta"]?["content"]?.string
        }.filter { !$0.isEmpty }
    }

    @Test func withoutAScriptAStreamIsWhole() async throws {
        let reply = try await Self.play("{}", stream: true)
        #expect(Self.words(reply).dropFirst() == ["tok1 ", "字2 ", "tok3 ", "naïve4 ", "tok5 "])
        #expect(reply.data.last == "[DONE]" && reply.isClosed && !reply.wasReset)
    }

    @Test(arguments: [0, 1, 3, 6, 100]) func aStreamIsResetAfterSoManyTokens(_ after: Int) async throws {
        let reply = try await Self.play(#"{"end":{"how":"reset","after":\#(after)}}"#, stream: true)
        #expect(reply.wasReset)
        #expect(Self.words(reply).count <= min(after, 6), "a reset may take unread bytes with it, never add any")
        #expect(!reply.data.contains("[DONE]"))
    }

    @Test(arguments: [0, 2, 6]) func aStreamClosesWithoutItsTerminalEvent(_ after: Int) async throws {
        let closed = try await Self.play(#"{"end":{"how":"close","after":\#(after)}}"#, stream: true)
        #expect(
            Self.words(closed).count == after && !closed.data.contains("[DONE]") && closed.isClosed && !closed.wasReset)
        #expect(!closed.body.contains("\"finish_reason\":\""))
        let aborted = try await Self.play(#"{"end":{"how":"abort","after":\#(after)}}"#, stream: true)
        #expect(Self.words(aborted).count == after && aborted.isClosed && !aborted.wasReset)
    }

    /// The engine's end mark tells the two apart.
    @Test func closeEndsTheBodyAndAbortDoesNot() async throws {
        for (how, ends) in [("close", true), ("abort", false)] {
            let fixture = try await SimulatorFixture.start("openai", rate: 1000, inBand: true)
            let client = try #require(RawClient(port: fixture.port))
            let body = Self.body(true, "[[simulate: {\"end\":{\"how\":\"\(how)\",\"after\":1}}]]")
            client.send(Reply.request("POST", Self.chat, body, headers: Headers.openAI + ["connection: close"]))
            #expect(client.receiveAll().text.hasSuffix("\r\n0\r\n\r\n") == ends)
        }
    }

    @Test func anErrorComesInTheStream() async throws {
        let reply = try await Self.play(
            #"{"end":{"how":"error","after":2,"type":"overloaded","message":"too much"}}"#, stream: true)
        #expect(Self.words(reply).count == 2)
        #expect(reply.data.last == #"{"error":{"message":"too much","type":"overloaded","param":null,"code":null}}"#)
    }

    @Test(arguments: [true, false]) func nothingComesBeforeTheHead(_ stream: Bool) async throws {
        for (how, reset) in [("reset", true), ("close", false), ("abort", false)] {
            let reply = try await Self.play(#"{"end":{"how":"\#(how)","after":"head"}}"#, stream: stream)
            #expect(reply.head.isEmpty && reply.isClosed && reply.wasReset == reset, "\(how)")
        }
    }

    @Test func aStallKeepsTheConnection() async throws {
        for stream in [true, false] {
            let fixture = try await SimulatorFixture.start("openai", rate: 1000, inBand: true)
            let client = try #require(RawClient(port: fixture.port))
            client.setTimeout(milliseconds: 150)
            let body = Self.body(stream, #"[[simulate: {"end":{"how":"stall","after":2}}]]"#)
            client.send(Reply.request("POST", Self.chat, body, headers: Headers.openAI))
            let answer = client.receiveAll()
            #expect(!answer.isClosed && answer.text.hasPrefix("HTTP/1.1 200"))
            #expect(await fixture.runningCount == 1)
        }
    }

    @Test(arguments: [true, false]) func aStatusComesWithItsHeadersAndShape(_ stream: Bool) async throws {
        let reply = try await Self.play(#"{"status":{"code":429,"headers":{"retry-after":"7"}}}"#, stream: stream)
        #expect(reply.status == 429 && reply.head.contains("retry-after: 7"))
        #expect(reply.json?["error"]?["type"]?.string == "rate_limit_error")
        let raw = try await Self.play(#"{"status":{"code":503,"body":"<html>"}}"#, stream: stream)
        #expect(raw.status == 503 && raw.body == "<html>")
    }

    @Test(arguments: [("delay_head_ms", 0), ("delay_first_event_ms", 1)])
    func delaysComeBeforeTheirPiece(_ name: String, _ headsBefore: Int) async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000, inBand: true)
        let client = try #require(RawClient(port: fixture.port))
        client.setTimeout(milliseconds: 100)
        let body = Self.body(true, "[[simulate: {\"\(name)\":300}]]")
        client.send(Reply.request("POST", Self.chat, body, headers: Headers.openAI + ["connection: close"]))
        let before = client.receiveAll()
        #expect(
            !before.isClosed && before.text.hasPrefix("HTTP/1.1 200") == (headsBefore == 1)
                && !before.text.contains("data:"))
        client.setTimeout(milliseconds: 5000)
        #expect(client.receiveAll().text.contains("[DONE]"))
    }

    @Test func aPauseStandsWhereItIsAskedFor() async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000, inBand: true)
        let client = try #require(RawClient(port: fixture.port))
        client.setTimeout(milliseconds: 150)
        let body = Self.body(true, #"[[simulate: {"pause":{"after":2,"ms":400}}]]"#)
        client.send(Reply.request("POST", Self.chat, body, headers: Headers.openAI + ["connection: close"]))
        let before = client.receiveAll()
        #expect(before.text.contains("tok1 ") && !before.text.contains("字2 ") && !before.isClosed)
        client.setTimeout(milliseconds: 5000)
        let after = client.receiveAll()
        #expect(after.text.contains("字2 ") && after.text.contains("tok5 ") && after.text.contains("[DONE]"))
    }

    @Test func insertionsStandBetweenTheirTokens() async throws {
        let insert =
            #"{"insert":[{"what":"malformed","after":1},{"what":"comment","after":2},"#
            + #"{"what":"unknown","after":3},{"what":"huge","after":4,"bytes":70000}]}"#
        let lines = try await Self.play(insert, stream: true).body.split(separator: "\n").map { String($0) }
        func place(_ text: String) -> Int { lines.firstIndex { $0.contains(text) } ?? -1 }
        let order = [
            "sha256:", "\"delta\":", "tok1 ", ": keep-alive", "字2 ", "completion.future", "tok3 ", "hhhhhhhh",
            "naïve4 ",
        ]
        let malformed = lines.firstIndex { $0.hasSuffix("\"delta\":") } ?? -1
        let places = order.map { $0 == "\"delta\":" ? malformed : place($0) }
        #expect(places == places.sorted() && !places.contains(-1), "\(places)")
        #expect(lines[place("hhhhhhhh")].utf8.count > 70_000)
    }

    @Test(arguments: [#"{"split_bytes":true}"#, #"{"drip_ms":0}"#, #"{"data_lines":4}"#, #"{"framing":"lf"}"#])
    func shapedStreamsSayTheSame(_ play: String) async throws {
        let reply = try await Self.play(play, stream: true, limit: 2)
        let joined = reply.body.split(separator: "\n\n").map { event in
            event.split(separator: "\n").map { String($0.dropFirst(6)) }.joined()
        }
        #expect(joined.last == "[DONE]" && joined.count == 5)
        for data in joined.dropLast() {
            var parser = JSONParser()
            #expect(throws: Never.self) { try parser.parse(Array(data.utf8)) }
        }
    }

    @Test func splitBytesComeInChunksOfOne() async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000, inBand: true)
        let client = try #require(RawClient(port: fixture.port))
        let body = Self.body(true, #"[[simulate: {"split_bytes":true,"framing":"crlf"}]]"#, limit: 1)
        client.send(Reply.request("POST", Self.chat, body, headers: Headers.openAI + ["connection: close"]))
        let text = client.receiveAll().text
        let sizes = text.split(separator: "\r\n").filter { $0 == "1" }
        #expect(sizes.count > 300 && text.contains("1\r\n\r\r\n1\r\n\n\r\n"), "CR and LF in chunks of their own")
    }

    @Test(arguments: [(5, 5), (-5, -5)]) func aWrongLengthIsALie(_ wrong: Int, _ difference: Int) async throws {
        let reply = try await Self.play(#"{"content_length_error":\#(wrong)}"#, stream: false)
        let told = reply.head.split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }.flatMap {
            Int($0.dropFirst(16))
        }
        #expect(told == reply.body.utf8.count + difference && reply.isClosed)
    }

    @Test func aWholeAnswerIsCutInItsBody() async throws {
        for (how, reset) in [("abort", false), ("reset", true)] {
            let reply = try await Self.play(#"{"end":{"how":"\#(how)","after":40}}"#, stream: false)
            #expect(reply.body.utf8.count <= 40 && reply.wasReset == reset && reply.isClosed)
        }
        let dripped = try await Self.play(#"{"drip_ms":0}"#, stream: false, limit: 1)
        #expect(dripped.json?["object"]?.string == "chat.completion")
    }

    @Test func otherWordsAreSaid() async throws {
        let reply = try await Self.play(
            #"{"tokens":2,"finish_reason":"content_filter","model":"gpt-5.5-2026-01-01","omit_usage":true}"#,
            stream: false)
        let choice = reply.json?["choices"]?.elements.first { _ in true }
        #expect(choice?["finish_reason"]?.string == "content_filter" && reply.json?["usage"] == nil)
        #expect(reply.json?["model"]?.string == "gpt-5.5-2026-01-01")
    }

    @Test func aRateOfItsOwnIsKept() async throws {
        let began = Clocks.monotonic
        let reply = try await Self.play(#"{"tokens_per_second":20}"#, stream: true, limit: 5)
        let took = Clocks.monotonic - began
        #expect(Self.words(reply).count == 5)
        // At the usual fifty a second it would take 100 ms. How much longer it may take is the machine's affair.
        #expect(took >= .milliseconds(5 * 50), "five periods of 50 ms from first token to closing")
    }

    // MARK: Where scripts come from

    @Test func theTextIsNoScriptUnlessAllowed() async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000)
        let reply = try Reply.to(
            fixture, "POST", Self.chat, Self.body(false, #"[[simulate: {"status":{"code":500}}]]"#),
            headers: Headers.openAI)
        #expect(reply.status == 200)
        let allowed = try await SimulatorFixture.start("openai", rate: 1000, inBand: true)
        let bad = try Reply.to(
            allowed, "POST", Self.chat, Self.body(false, #"[[simulate: {"staus":{}}]]"#), headers: Headers.openAI)
        #expect(bad.status == 400 && bad.body.contains("in-band script: staus"))
    }

    @Test func aScriptIsPutAtRunTime() async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000)
        let path = "/_simulator/script"
        let rules = #"{"rules":[{"match":{"nth":2},"play":{"status":{"code":529}}}]}"#
        #expect(try Reply.to(fixture, "PUT", path, rules, headers: Headers.openAI).body == #"{"rules":1}"#)
        let statuses = try (0..<3).map { _ in
            try Reply.to(fixture, "POST", Self.chat, Self.body(false), headers: Headers.openAI).status
        }
        #expect(statuses == [200, 529, 200])
        let refused = try Reply.to(fixture, "PUT", path, #"{"rules":[{}]}"#, headers: Headers.openAI)
        #expect(refused.status == 400 && refused.body.contains("rules[0].play: this is missing"))
        #expect(try Reply.to(fixture, "PUT", path, rules, headers: ["content-type: application/json"]).status == 401)
        #expect(
            try Reply.to(fixture, "PUT", path, #"{"rules":[]}"#, headers: ["api-key: \(SimulatorFixture.key)"]).status
                == 200)
        #expect(try Reply.to(fixture, "POST", Self.chat, Self.body(false), headers: Headers.openAI).status == 200)
    }

    @Test func theStatusIsTold() async throws {
        let fixture = try await SimulatorFixture.start("openai", rate: 1000)
        _ = try Reply.to(fixture, "POST", Self.chat, Self.body(true), headers: Headers.openAI)
        let json = try #require(try Reply.to(fixture, "GET", "/_simulator/status", headers: Headers.openAI).json)
        #expect(json["exchanges"]?.integer == 2 && json["tokens_sent"]?.integer == 7 && json["running"]?.integer == 0)
    }
}
