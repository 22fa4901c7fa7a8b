// Proves for Anthropic's protocol that a streamed answer reaches the client whole and unchanged, that cumulative usage
// is not added up, that the reported region and model are noted, and that every way of breaking off is seen as such.
import Bytes
import JSON
import Testing

@testable import Dialects

struct AnthropicAnswerTests {
    private let endpoint = AnthropicMessages()

    private static func event(_ name: String, _ data: String) -> String { "event: \(name)\ndata: \(data)\n\n" }

    private static let start = event(
        "message_start",
        #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"#
            + #""model":"claude-opus-5","stop_reason":null,"usage":{"input_tokens":40,"cache_read_input_tokens":60,"#
            + #""cache_creation_input_tokens":9,"cache_creation":{"ephemeral_1h_input_tokens":4},"output_tokens":1,"#
            + #""inference_geo":"us"}}}"#)

    private static let middle =
        event(
            "content_block_start",
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#)
        + event("ping", #"{"type": "ping"}"#)
        + event(
            "content_block_delta",
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"你好"}}"#)
        + ": comment\n\n" + event("content_block_stop", #"{"type":"content_block_stop","index":0}"#)
        + event("future_event", #"{"type":"future_event","usage":{"input_tokens":99}}"#)
        + event("message_delta", #"{"type":"message_delta","delta":{},"usage":{"output_tokens":5}}"#)
        + event(
            "message_delta",
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":41,"output_tokens":12}}"#
        )

    private static let stop = event("message_stop", #"{"type":"message_stop"}"#)

    @Test func aStreamPassesUnchangedAtEveryCut() {
        let stream = AnthropicAnswerTests.start + AnthropicAnswerTests.middle + AnthropicAnswerTests.stop
        let whole = play(endpoint, stream)
        #expect(whole.shown == stream)
        #expect(whole.splices.isEmpty && whole.fault == nil)
        #expect(whole.state.isCommitted && whole.state.hasEnded)
        #expect(whole.state.facts.id == "msg_1")
        #expect(whole.state.facts.modelReported == "claude-opus-5")
        #expect(whole.state.facts.regionReported == "us")
        #expect(whole.state.facts.finish == "end_turn")
        #expect(
            whole.state.facts.usage
                == TokenUsage(input: 41, output: 12, cacheRead: 60, cacheWrite: 9, cacheWriteHour: 4))
        for size in [1, 2, 3, 5, 7, 50, 211] { #expect(play(endpoint, stream, pieces: size) == whole) }
    }

    @Test func nothingCountsBeforeTheStart() {
        let prelude =
            ": hello\n\n" + AnthropicAnswerTests.event("ping", "{}")
            + AnthropicAnswerTests.event("message", #"{"type":"future_event"}"#)
        #expect(!play(endpoint, prelude, closes: false).state.isCommitted)
        #expect(play(endpoint, prelude + AnthropicAnswerTests.start, closes: false).state.isCommitted)
    }

    @Test(arguments: [
        "data: {\"type\":\"message_start\",\"message\":{}}\n\n", event("message_start", "{}"),
        event("message_start", #"{"message":[]}"#), event("message_start", #"{"message":{}"#), stop,
        event("content_block_delta", "{}"), event("content_block_start", "{}"), event("message_delta", "{}"),
        "event: message_start\n\ndata: hello\n\n", event("ping", "pong"),
    ])
    func noValidStartIsNoCommit(stream: String) {
        let outcome = play(endpoint, stream)
        #expect(outcome.fault == .malformed)
        #expect(!outcome.state.isCommitted)
    }

    @Test func withoutAnEndItIsIncomplete() {
        for rest in ["", "event: message_stop\n", "event: message_stop\ndata: {\"type\":"] {
            let outcome = play(endpoint, AnthropicAnswerTests.start + AnthropicAnswerTests.middle + rest)
            #expect(outcome.fault != nil && !outcome.state.hasEnded)
            #expect(outcome.shown == AnthropicAnswerTests.start + AnthropicAnswerTests.middle)
        }
    }

    @Test func anErrorInTheStream() {
        let error = AnthropicAnswerTests.event(
            "error", #"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#)
        let late = play(endpoint, AnthropicAnswerTests.start + error + AnthropicAnswerTests.stop)
        #expect(late.fault == .reported)
        #expect(late.state.facts.errorType == "overloaded_error")
        #expect(late.shown == AnthropicAnswerTests.start + error)
        #expect(!play(endpoint, error).state.isCommitted)
    }

    /// All but plain deltas is strict JSON whose type is the event's name, or nothing of it is shown.
    @Test(arguments: [
        ("message_delta", #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1,}}"#),
        ("message_delta", #"{"type":"message_delta","usage":{},"usage":{}}"#),
        ("message_delta", #"{"type":"message_delta","usage":7}"#), ("message_stop", #"{"type":"message_stop",}"#),
        ("message_stop", #"{"type":"ping"}"#), ("error", #"{"type":"error","error":{"message":"m",}}"#),
        ("error", #"{"type":"error"}"#), ("ping", #"{"type":"message_stop"}"#), ("ping", #"{"type":7}"#),
        ("ping", #"{"a"}"#),
        ("content_block_start", #"{"type":"content_block_start","index":01}"#), ("content_block_stop", "{1}"),
        ("content_block_delta", #"{"type":"message_stop"}"#), ("content_block_delta", #"{"type":"error","error":{}}"#),
        ("content_block_delta", #"{"x":1,"type":"message_delta"}"#), ("later", #"{"type":"message_stop"}"#),
        ("content_block_delta", #"{"type":7}"#),
    ])
    func anEventThatCountsIsParsedStrictly(name: String, data: String) {
        let bad = AnthropicAnswerTests.event(name, data)
        let outcome = play(endpoint, AnthropicAnswerTests.start + bad + AnthropicAnswerTests.stop)
        #expect(outcome.fault == .malformed, "\(name) \(data)")
        #expect(outcome.shown == AnthropicAnswerTests.start)
    }

    @Test(arguments: [
        #"{"type":"content_block_delta","index":0,"delta":{"text":"\ud83d"}}"#,
        #"{ "type" : "content_block_delta", "index" : 0, "delta" : {"text":"\ud83d"} }"#,
        #"{"index":0,"type":"content_block_delta"}"#, #"{"index":0}"#,
    ])
    func aPlainDeltaPasses(data: String) {
        let delta = AnthropicAnswerTests.event("content_block_delta", data)
        let stream = AnthropicAnswerTests.start + delta + AnthropicAnswerTests.stop
        let outcome = play(endpoint, stream)
        #expect(outcome.fault == nil && outcome.shown == stream)
    }

    @Test(arguments: [
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\"}\n\n", ": later\n\n", "\n",
        "event: error\ndata: {\"type\":\"error\",\"error\":{}}\n\n", "event: message_stop\ndata: {}\n\n", "data: {\n\n",
    ])
    func nothingFollowsTheLastEvent(later: String) {
        let stream = AnthropicAnswerTests.start + AnthropicAnswerTests.stop
        for size in [1, 7, 10_000] {
            let outcome = play(endpoint, stream + later, pieces: size)
            #expect(outcome.shown == stream)
            #expect(outcome.fault == nil && outcome.state.hasEnded)
        }
    }

    @Test func aChangeOfModelIsNoted() {
        let block = AnthropicAnswerTests.event(
            "content_block_start",
            #"{"type":"content_block_start","index":0,"content_block":{"type":"fallback","from":{"model":"a"},"#
                + #""to":{"model":"claude-other"}}}"#)
        #expect(
            play(endpoint, AnthropicAnswerTests.start + block + AnthropicAnswerTests.stop).state.facts.modelReported
                == "claude-other")
    }

    @Test func aWholeAnswer() throws {
        var scratch = AnswerScratch()
        let body =
            #"{"id":"msg_2","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":"refusal","#
            + #""usage":{"input_tokens":3,"output_tokens":0,"inference_geo":"eu"}}"#
        let facts = try endpoint.read(whole: Array(body.utf8), with: &scratch)
        #expect(facts.finish == "refusal" && facts.regionReported == "eu" && facts.modelReported == "claude-x")
        #expect(facts.usage == TokenUsage(input: 3, output: 0))
        for bad in ["", "{}", "[]", #"{"content":"x"}"#, #"{"type":"error","error":{}}"#] {
            #expect(throws: UpstreamFault.malformed) {
                try endpoint.read(whole: Array(bad.utf8), with: &scratch)
            }
        }
    }

    @Test func theErrorEventIsNamedAndShaped() throws {
        let event = text(endpoint.streamError(.upstream(.endedEarly), reference: "D-1"))
        #expect(event.hasPrefix("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\""))
        #expect(event.hasSuffix("\"request_id\":\"D-1\"}\n\n"))
        #expect(play(endpoint, AnthropicAnswerTests.start + event).fault == .reported)
    }
}
