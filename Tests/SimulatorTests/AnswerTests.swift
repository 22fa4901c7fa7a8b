// Proves the exact bytes of answers and event streams in both protocols, and that a stream's pieces put together are
// what the whole answer says.
import JSON
import Testing

@testable import Simulator

struct AnswerTests {
    static let identity = AnswerIdentity(run: "0badcafe", exchange: 26, model: "m-1", created: 1_767_225_600)
    static let digest = Array("e3b0".utf8)

    static func text(_ tokens: Int, ending: Draft.Ending = .limit, thinking: Int = 0) -> Draft {
        Draft(thinking: thinking, speech: .numbered(NumberedText(digest: digest, tokens: tokens)), ending: ending)
    }

    static let calls = Draft(
        calls: [
            Draft.Call(name: "a", arguments: [Array("{\"x\":".utf8), Array("\"字\"}".utf8)]),
            Draft.Call(name: "b", arguments: [Array("{\"y\":".utf8), Array("1".utf8), Array("}".utf8)]),
        ], ending: .calls)

    static func openAI(_ draft: Draft, choices: Int = 1, usage: OpenAIStyle.UsagePlace = .ownChunk, azure: Bool = false)
        -> Answer
    {
        .openAI(
            OpenAIAnswer(
                identity: identity, draft: draft, choices: choices, inputTokens: 9,
                style: OpenAIStyle(
                    usage: usage, namesTier: azure, writesObfuscation: azure, startsWithPromptFilter: azure)))
    }

    static func anthropic(_ draft: Draft, omitsUsage: Bool = false) -> Answer {
        .anthropic(
            AnthropicAnswer(identity: identity, draft: draft, inputTokens: 9, region: "us", omitsUsage: omitsUsage))
    }

    /// Opening, beats, closing.
    static func stream(_ answer: Answer) -> String {
        var bytes: [UInt8] = []
        answer.appendOpening(into: &bytes)
        for beat in 0..<answer.beats { answer.append(beat: beat, into: &bytes) }
        answer.appendClosing(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func events(_ stream: String) -> [JSONValue] {
        stream.split(separator: "\n").filter { $0.hasPrefix("data: {") }.compactMap { line in
            var parser = JSONParser()
            return try? parser.parse(Array(line.dropFirst(6).utf8)).root
        }
    }

    @Test func anOpenAIStreamByteForByte() {
        let start =
            #"data: {"id":"chatcmpl-0badcafe000000000000001a","object":"chat.completion.chunk","created":1767225600,"#
            + #""model":"m-1","system_fingerprint":"fp_simulated","choices":["#
        let details =
            #""prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":"#
            + #"{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}"#
        let expected =
            [
                #"{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"#
                    + #""finish_reason":null}],"usage":null}"#,
                #"{"index":0,"delta":{"content":"sha256:e3b0 "},"logprobs":null,"finish_reason":null}],"usage":null}"#,
                #"{"index":0,"delta":{"content":"tok1 "},"logprobs":null,"finish_reason":null}],"usage":null}"#,
                #"{"index":0,"delta":{"content":"字2 "},"logprobs":null,"finish_reason":null}],"usage":null}"#,
                #"{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}],"usage":null}"#,
                #"],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12,\#(details)}}"#,
            ].map { start + $0 + "\n\n" }.joined() + "data: [DONE]\n\n"
        #expect(Self.stream(Self.openAI(Self.text(3))) == expected)
    }

    @Test func anAnthropicStreamByteForByte() {
        let input = #""input_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":0"#
        let expected = [
            "message_start",
            #""message":{"model":"m-1","id":"msg_0badcafe000000000000001a","type":"message","role":"assistant","#
                + #""content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{\#(input),"#
                + #""cache_creation":"#
                + #"{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"service_tier":"standard","#
                + #""inference_geo":"us","output_tokens":1}}"#,
            "content_block_start", #""index":0,"content_block":{"type":"text","text":""}"#,
            "ping", "",
            "content_block_delta", #""index":0,"delta":{"type":"text_delta","text":"sha256:e3b0 "}"#,
            "content_block_delta", #""index":0,"delta":{"type":"text_delta","text":"tok1 "}"#,
            "content_block_stop", #""index":0"#,
            "message_delta",
            #""delta":{"stop_reason":"max_tokens","stop_sequence":null,"stop_details":null},"#
                + #""usage":{\#(input),"output_tokens":2}"#,
            "message_stop", "",
        ]
        var text = ""
        for pair in stride(from: 0, to: expected.count, by: 2) {
            let members = expected[pair + 1].isEmpty ? "" : "," + expected[pair + 1]
            text += "event: \(expected[pair])\ndata: {\"type\":\"\(expected[pair])\"\(members)}\n\n"
        }
        #expect(Self.stream(Self.anthropic(Self.text(2))) == text)
    }

    @Test func openAICallsInterleaveAndJoinToTheWholeAnswer() throws {
        let events = Self.events(Self.stream(Self.openAI(Self.calls, usage: .none)))
        let deltas = events.compactMap {
            $0["choices"]?.elements.first { _ in true }?["delta"]?["tool_calls"]?.elements.first { _ in true }
        }
        let order = deltas.compactMap { $0["index"]?.integer }
        #expect(order == [0, 0, 1, 1, 0, 1, 1], "a start and a piece each, then piece by piece in turn")
        #expect(deltas.filter { $0["id"] != nil }.compactMap { $0["function"]?["name"]?.string } == ["a", "b"])
        for (index, text) in [(Int64(0), "{\"x\":\"字\"}"), (1, "{\"y\":1}")] {
            let joined = deltas.filter { $0["index"]?.integer == index }.compactMap {
                $0["function"]?["arguments"]?.string
            }.joined()
            #expect(joined == text)
        }
        var parser = JSONParser()
        let whole = try parser.parse(Self.openAI(Self.calls, usage: .none).whole()).root
        let message = whole["choices"]?.elements.first { _ in true }
        #expect(message?["finish_reason"]?.string == "tool_calls")
        #expect(message?["message"]?["content"]?.isNull == true)
        #expect(
            Array(try #require(message?["message"]?["tool_calls"]?.elements)).compactMap {
                $0["function"]?["arguments"]?.string
            }
                == ["{\"x\":\"字\"}", "{\"y\":1}"])
        #expect(whole["usage"]?["completion_tokens"]?.integer == 5)
    }

    @Test func anthropicCallsStandInBlocksOneAfterAnother() throws {
        let events = Self.events(Self.stream(Self.anthropic(Self.calls)))
        let order = events.map { "\($0["type"]?.string ?? "")\($0["index"]?.integer.map { " \($0)" } ?? "")" }
        #expect(
            order == [
                "message_start", "content_block_start 0", "ping", "content_block_delta 0", "content_block_delta 0",
                "content_block_delta 0", "content_block_stop 0", "content_block_start 1", "content_block_delta 1",
                "content_block_delta 1", "content_block_delta 1", "content_block_delta 1", "content_block_stop 1",
                "message_delta", "message_stop",
            ])
        let pieces = events.filter { $0["index"]?.integer == 1 }.compactMap { $0["delta"]?["partial_json"]?.string }
        #expect(pieces == ["", "{\"y\":", "1", "}"])
        var parser = JSONParser()
        let whole = try parser.parse(Self.anthropic(Self.calls).whole()).root
        #expect(whole["stop_reason"]?.string == "tool_use")
        #expect(Array(try #require(whole["content"]?.elements)).map { $0["input"]?["y"]?.integer } == [nil, 1])
    }

    @Test func thinkingComesFirstAndIsSigned() throws {
        let events = Self.events(Self.stream(Self.anthropic(Self.text(2, thinking: 2))))
        let types = events.compactMap { $0["delta"]?["type"]?.string }
        #expect(types == ["thinking_delta", "thinking_delta", "signature_delta", "text_delta", "text_delta"])
        let usage = events.last { $0["type"]?.string == "message_delta" }?["usage"]
        #expect(
            usage?["output_tokens"]?.integer == 4 && usage?["output_tokens_details"]?["thinking_tokens"]?.integer == 2)
    }

    @Test func choicesAreToldApart() {
        let events = Self.events(Self.stream(Self.openAI(Self.text(2), choices: 2, usage: .none)))
        let said = events.compactMap { $0["choices"]?.elements.first { _ in true } }
        #expect(said.compactMap { $0["index"]?.integer } == [0, 1, 0, 1, 0, 1, 0, 1])
        #expect(
            said.compactMap { $0["delta"]?["content"]?.string } == [
                "", "", "sha256:e3b0 ", "sha256:e3b0-1 ", "tok1 ", "tok1-1 ",
            ])
    }

    @Test(arguments: [
        (OpenAIStyle.UsagePlace.none, 0, 0), (.ownChunk, 1, 4), (.withFinish, 1, 0), (.omitted, 0, 0),
    ])
    func usageStandsWhereItWasAskedFor(_ place: OpenAIStyle.UsagePlace, _ counts: Int, _ nulls: Int) throws {
        let answer = Self.openAI(Self.text(2), usage: place)
        let usages = Self.events(Self.stream(answer)).compactMap { $0["usage"] }
        #expect(usages.filter { !$0.isNull }.count == counts && usages.filter { $0.isNull }.count == nulls)
        var parser = JSONParser()
        #expect((try parser.parse(answer.whole()).root["usage"] == nil) == (place == .omitted))
    }

    @Test func azureStartsWithoutChoicesAndPadsItsChunks() {
        let events = Self.events(Self.stream(Self.openAI(Self.text(2), usage: .none, azure: true)))
        #expect(events.first?["prompt_filter_results"] != nil && events.first?["id"]?.string == "")
        #expect(events.dropFirst().allSatisfy { $0["obfuscation"] != nil && $0["service_tier"]?.string == "default" })
    }

    @Test(arguments: [
        (Draft.Ending.natural, "stop", "end_turn"), (.limit, "length", "max_tokens"),
        (.stop(sequence: "tok1"), "stop", "stop_sequence"),
        (.other("content_filter"), "content_filter", "content_filter"),
    ])
    func endingsHaveTheirNames(_ ending: Draft.Ending, _ openAI: String, _ anthropic: String) {
        let draft = Self.text(1, ending: ending)
        let finish = Self.events(Self.stream(Self.openAI(draft, usage: .none))).compactMap {
            $0["choices"]?.elements.first { _ in true }?["finish_reason"]?.string
        }
        #expect(finish == [openAI])
        let delta = Self.events(Self.stream(Self.anthropic(draft))).last { $0["type"]?.string == "message_delta" }?[
            "delta"]
        #expect(delta?["stop_reason"]?.string == anthropic)
        if case .stop(let sequence) = ending { #expect(delta?["stop_sequence"]?.string == sequence) }
    }

    @Test func aRefusalHasItsDetails() {
        let events = Self.events(Self.stream(Self.anthropic(Self.text(0, ending: .other("refusal")))))
        #expect(
            events.last { $0["type"]?.string == "message_delta" }?["delta"]?["stop_details"]?["type"]?.string
                == "refusal")
        #expect(
            !events.contains { $0["type"]?.string == "content_block_start" }, "no block where there is nothing to say")
    }
}
