// Proves for OpenAI's protocol that a streamed answer reaches the client whole, in order and unchanged but for what the
// gate asked for, that every way of breaking off is seen as such, and that usage is counted as the vendor means it.
import Bytes
import JSON
import Testing

@testable import Dialects

struct OpenAIAnswerTests {
    private let endpoint = OpenAIChatCompletions()

    private static func chunk(_ delta: String, _ more: String = "", finish: String = "null") -> String {
        #"data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-2026-01-01","choices":[{"index":0,"#
            + #""delta":{\#(delta)},"finish_reason":\#(finish)}]\#(more)}"# + "\n\n"
    }

    private static let usage =
        #"{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":60},"#
        + #""completion_tokens_details":{"reasoning_tokens":3}}"#

    private static let plain =
        chunk(#""role":"assistant","content":"""#) + chunk(#""content":"你好 \"usage\": \"error\"""#)
        + ": keep-alive\n\n" + chunk(#""content":"usage""#) + chunk("", finish: #""stop""#)

    private static let done = "data: [DONE]\n\n"

    private static let withUsage =
        chunk(#""role":"assistant","content":"""#, #","usage":null"#)
        + chunk(#""content":"hi \"usage\":null,""#, #","usage":null,"obfuscation":"x""#)
        + chunk("", #", "usage" : null "#, finish: #""stop""#)
        + #"data: {"id":"c-1","model":"gpt-5-2026-01-01","choices":[],"usage":\#(usage)}"# + "\n\n" + done

    @Test func aPlainStreamPassesUnchangedAtEveryCut() {
        let stream = OpenAIAnswerTests.plain + OpenAIAnswerTests.done
        let whole = play(endpoint, stream)
        #expect(whole.shown == stream)
        #expect(whole.splices.isEmpty)
        #expect(whole.fault == nil)
        #expect(whole.state.hasEnded && whole.state.isCommitted)
        #expect(whole.state.facts.modelReported == "gpt-5-2026-01-01")
        #expect(whole.state.facts.id == "c-1")
        #expect(whole.state.facts.finish == "stop")
        #expect(whole.state.facts.usage == nil)
        for size in [1, 2, 3, 5, 7, 50, 211] { #expect(play(endpoint, stream, pieces: size) == whole) }
    }

    @Test(arguments: ["\r\n", "\r"])
    func otherFramingsPassUnchanged(end: String) {
        let stream = (OpenAIAnswerTests.plain + OpenAIAnswerTests.done).split(
            separator: "\n", omittingEmptySubsequences: false
        ).joined(separator: end)
        for size in [1, 2, 64, 10_000] {
            let outcome = play(endpoint, stream, pieces: size)
            // A LF after the very last CR would come with the next event, which there is none.
            #expect(Array(stream.utf8).starts(with: Array(outcome.shown.utf8)))
            #expect(stream.utf8.count - outcome.shown.utf8.count <= 1)
            #expect(outcome.fault == nil && outcome.state.hasEnded)
        }
    }

    @Test func usageThatTheClientAskedForStays() {
        let outcome = play(endpoint, OpenAIAnswerTests.withUsage)
        #expect(outcome.shown == OpenAIAnswerTests.withUsage)
        #expect(
            outcome.state.facts.usage == TokenUsage(input: 40, output: 7, cacheRead: 60, cacheWrite: nil, reasoning: 3))
    }

    @Test func usageThatTheGateAskedForIsTakenOut() {
        let expected =
            OpenAIAnswerTests.chunk(#""role":"assistant","content":"""#)
            + OpenAIAnswerTests.chunk(#""content":"hi \"usage\":null,""#, #","obfuscation":"x""#)
            + OpenAIAnswerTests.chunk("", finish: #""stop""#) + OpenAIAnswerTests.done
        for size in [1, 3, 64, 10_000] {
            let outcome = play(endpoint, OpenAIAnswerTests.withUsage, hidesUsage: true, pieces: size)
            #expect(outcome.shown == expected)
            #expect(outcome.splices.count == 4)
            #expect(outcome.state.facts.usage?.output == 7)
        }
    }

    @Test(arguments: [
        (#"{"choices":[{}],"usage":null}"#, #"{"choices":[{}]}"#),
        (#"{"usage":null,"choices":[{}]}"#, #"{"choices":[{}]}"#),
        (#"{ "usage" : null , "choices":[{}]}"#, #"{ "choices":[{}]}"#),
        (#"{"choices":[{}] , "usage" : null }"#, #"{"choices":[{}] }"#),
        (#"{"a":"x","usage":null,"choices":[{}]}"#, #"{"a":"x","choices":[{}]}"#),
        (#"{"choices":[{"usage":null}]}"#, #"{"choices":[{"usage":null}]}"#),
        (#"{"choices":[{}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#, #"{"choices":[{}]}"#),
    ])
    func theMemberIsTakenOutOfAnyPlace(sent: String, expected: String) throws {
        let first = "data: " + sent + "\n\n"
        let outcome = play(endpoint, first + OpenAIAnswerTests.done, hidesUsage: true)
        #expect(
            outcome.shown == "data: " + expected.replacingSpaceBeforeBrace(like: outcome.shown) + "\n\n"
                + OpenAIAnswerTests.done)
        _ = try json(Array(outcome.shown.dropFirst(6).prefix { $0 != "\n" }.utf8))
    }

    @Test func dataOverSeveralLines() {
        let stream = "data: {\"choices\":\ndata: [{}],\ndata: \"usage\":null}\n\n" + OpenAIAnswerTests.done
        #expect(play(endpoint, stream).shown == stream)
        let outcome = play(endpoint, stream, hidesUsage: true)
        #expect(outcome.shown == "data: {\"choices\": [{}]}\n\n" + OpenAIAnswerTests.done)
    }

    @Test func usageBesideChoicesIsCounted() {
        let last = OpenAIAnswerTests.chunk(
            "", #","usage":{"prompt_tokens":5,"completion_tokens":0}"#, finish: #""stop""#)
        let outcome = play(endpoint, OpenAIAnswerTests.plain + last + OpenAIAnswerTests.done)
        #expect(outcome.state.facts.usage == TokenUsage(input: 5, output: 0))
    }

    @Test func withoutAnEndItIsIncomplete() {
        for stream in [OpenAIAnswerTests.plain, OpenAIAnswerTests.plain + "data: [DON", ""] {
            let outcome = play(endpoint, stream)
            #expect(outcome.fault == .endedEarly)
            #expect(outcome.shown == (stream.isEmpty ? "" : OpenAIAnswerTests.plain))
            #expect(!outcome.state.hasEnded)
        }
        let open = play(endpoint, OpenAIAnswerTests.plain, closes: false)
        #expect(open.fault == nil && open.state.isCommitted)
    }

    @Test func atTheEndABlankLineMayLack() {
        let outcome = play(endpoint, OpenAIAnswerTests.plain + "data: [DONE]\n")
        #expect(outcome.fault == nil && outcome.state.hasEnded)
        #expect(outcome.shown == OpenAIAnswerTests.plain + "data: [DONE]\n\n")
        let torn = play(endpoint, OpenAIAnswerTests.plain + "data: [DONE]")
        #expect(torn.fault == nil && torn.shown == outcome.shown)
    }

    @Test func aTornEventIsNeverShown() {
        let stream = OpenAIAnswerTests.plain
        for cut in stride(from: 0, to: stream.utf8.count, by: 1) {
            let outcome = play(endpoint, String(decoding: Array(stream.utf8)[..<cut], as: UTF8.self))
            #expect(outcome.shown.isEmpty || outcome.shown.hasSuffix("\n\n"))
            #expect(stream.hasPrefix(outcome.shown))
            #expect(outcome.fault == .endedEarly)
        }
    }

    @Test(arguments: [
        #"data: {"error":{"message":"overloaded","type":"server_error","code":"x"}}"#,
        #"data: { "error" : {"code":"x"} }"#,
        #"data: {"id":"c","choices":[],"error":{"code":"x","message":"m"}}"#,
    ])
    func anErrorInTheStream(error: String) {
        let late = play(endpoint, OpenAIAnswerTests.plain + error + "\n\n" + OpenAIAnswerTests.done)
        #expect(late.fault == .reported)
        #expect(late.state.facts.errorType == "x")
        #expect(late.state.isCommitted && !late.state.hasEnded)
        #expect(late.shown == OpenAIAnswerTests.plain + error + "\n\n")
        let first = play(endpoint, error + "\n\n" + OpenAIAnswerTests.done)
        #expect(first.fault == .reported)
        #expect(!first.state.isCommitted)
    }

    @Test(arguments: [
        "data: \n\n", "data: {\n\n", "data: {\"choices\":[}\n\n", "data: []\n\n", "data: {\"choices\":{}}\n\n",
        "data: {\"id\":1}\n\n", "data: hello\n\n", "data: [DONE]\n\n", "<html>\n\ndata: {\n\n",
        "data: {\"choices\":[{}],\"choices\":[]}\n\n", "data: {\"choices\":[],\"usage\":7}\n\n",
    ])
    func noValidFirstEventIsNoCommit(stream: String) {
        let outcome = play(endpoint, stream)
        #expect(outcome.fault == .malformed)
        #expect(!outcome.state.isCommitted)
    }

    @Test func aBadEventLaterEndsTheStream() {
        let outcome = play(endpoint, OpenAIAnswerTests.plain + "data: {\"choices\":[\n\n" + OpenAIAnswerTests.done)
        #expect(outcome.fault == .malformed)
        #expect(outcome.shown == OpenAIAnswerTests.plain)
    }

    /// What counts, ends or breaks an answer is strict JSON of the right shape, or nothing of it is shown.
    @Test(arguments: [
        #"{"choices":[],"usage":{"prompt_tokens":1,}}"#, #"{"choices":[],"usage":{"prompt_tokens":01}}"#,
        #"{"choices":[],"usage":{},"usage":{}}"#, #"{"choices":[],"usage" : 7}"#, #"{"choices":[],"usage":[1]}"#,
        #"{"choices":[{"finish_reason":"stop",}]}"#, #"{"choices":[{"finish_reason":null},{"finish_reason":"stop"}],}"#,
        #"{"choices":[{"finish_reason": "st\ud83dop"}]}"#, #"{"choices":{"finish_reason":"stop"}}"#,
        #"{"choices":[{"finish_reason":\#t"stop"}] x}"#, #"{"error":{"message":"m"},}"#, #"{"error":{"message":"\x"}}"#,
        #"{"error":{"code":"a"},"error":null}"#, #"{"choices":[{}],"usage":nil}"#,
    ])
    func anEventThatCountsIsParsedStrictly(data: String) {
        for hidesUsage in [false, true] {
            let outcome = play(
                endpoint, OpenAIAnswerTests.plain + "data: " + data + "\n\n" + OpenAIAnswerTests.done,
                hidesUsage: hidesUsage)
            #expect(outcome.fault == .malformed, "\(data)")
            #expect(outcome.shown == OpenAIAnswerTests.plain)
        }
    }

    @Test(arguments: [
        "data: {\"choices\":[{\"delta\":{\"content\":\"more\"}}]}\n\n", "data: {\n\n", "data: [DONE]\n\n",
        ": later\n\n",
        "data: {\"error\":{}}\n\n", "\n", "event: x\n\n", "<html>\n\n", "data: {\"half\":",
    ])
    func nothingFollowsTheEndMark(later: String) {
        let stream = OpenAIAnswerTests.plain + OpenAIAnswerTests.done
        for size in [1, 7, 10_000] {
            let outcome = play(endpoint, stream + later, pieces: size)
            #expect(outcome.shown == stream)
            #expect(outcome.fault == nil && outcome.state.hasEnded)
        }
    }

    @Test func whatFollowsTheEndMarkHasALimit() {
        let stream = OpenAIAnswerTests.plain + OpenAIAnswerTests.done
        let tail = String(repeating: ":\n", count: AnswerStream.tailLimit / 2)
        #expect(play(endpoint, stream + tail, pieces: 1024).fault == nil)
        let longer = play(endpoint, stream + tail + ":", pieces: 1024)
        #expect(longer.fault == .tooLong && longer.shown == stream)
    }

    /// The key of a later choice counts as that of the first.
    @Test func everyChoiceIsReadForItsEnd() {
        let last = #"data: {"choices":[{"finish_reason":null},{"finish_reason":"length"}]}"# + "\n\n"
        let stream = OpenAIAnswerTests.chunk(#""content":"x""#) + last + OpenAIAnswerTests.done
        #expect(play(endpoint, stream).state.facts.finish == "length")
    }

    @Test func halfASurrogateLaterPasses() {
        let stream =
            OpenAIAnswerTests.plain + OpenAIAnswerTests.chunk(#""content":"\ud83d""#, #","usage":null"#)
            + OpenAIAnswerTests.done
        #expect(play(endpoint, stream, hidesUsage: true).fault == nil)
    }

    @Test func nothingBeforeTheFirstEventHoldsForEver() {
        let comment = ": " + String(repeating: "x", count: 1021) + "\n\n"
        let count = AnswerStream.preludeLimit / 1024
        let prelude = String(repeating: comment, count: count - 1)
        #expect(play(endpoint, prelude + OpenAIAnswerTests.plain, pieces: 1024, closes: false).fault == nil)
        #expect(play(endpoint, prelude + comment + comment, pieces: 1024, closes: false).fault == .tooLong)
    }

    @Test func aByteOrderMarkDoesNotReachTheClient() {
        let stream = "\u{FEFF}" + OpenAIAnswerTests.plain + OpenAIAnswerTests.done
        #expect(play(endpoint, stream).shown == OpenAIAnswerTests.plain + OpenAIAnswerTests.done)
        #expect(play(endpoint, stream, pieces: 1).fault == .malformed)
    }

    @Test func anAbandonedStreamEndsWithTheErrorAtAnEventBorder() {
        let bytes = Array((OpenAIAnswerTests.plain + "data: {\"half\":").utf8)
        var answer = AnswerStream(endpoint, hidesUsage: false)
        var scratch = AnswerScratch()
        var shown: [UInt8] = []
        var splices: [Splice] = []
        bytes.withUnsafeBytes { answer.feed($0, shown: &shown, splices: &splices, with: &scratch) }
        let error = endpoint.streamError(.timedOut, reference: "D-1")
        answer.abandon(with: error, shown: &shown, splices: &splices)
        #expect(text(shown) == OpenAIAnswerTests.plain + text(error))
        #expect(bytes.applying(splices) == shown)
        #expect(text(error).hasPrefix("data: {\"error\":{\"message\":") && text(error).hasSuffix("}\n\n"))
    }

    @Test func aWholeAnswer() throws {
        var scratch = AnswerScratch()
        let body =
            #"{"id":"c-2","model":"gpt-5","choices":[{"message":{"content":"x"},"finish_reason":"length"}],"usage":"#
            + OpenAIAnswerTests.usage + "}"
        let facts = try endpoint.read(whole: Array(body.utf8), with: &scratch)
        #expect(facts.id == "c-2" && facts.modelReported == "gpt-5" && facts.finish == "length")
        #expect(facts.usage == TokenUsage(input: 40, output: 7, cacheRead: 60, reasoning: 3))
        let bare = try endpoint.read(whole: Array(#"{"choices":[]}"#.utf8), with: &scratch)
        #expect(bare.usage == nil)
        for bad in ["", "{}", "[]", "<html>", #"{"choices":{}}"#, #"{"choices":[]"#, #"{"choices":[],"choices":[]}"#] {
            #expect(throws: UpstreamFault.malformed) {
                try endpoint.read(whole: Array(bad.utf8), with: &scratch)
            }
        }
    }

    @Test(arguments: [
        (#"{}"#, TokenUsage()), (#"{"prompt_tokens":0,"completion_tokens":0}"#, TokenUsage(input: 0, output: 0)),
        (#"{"prompt_tokens":-1,"completion_tokens":1.5}"#, TokenUsage()),
        (#"{"prompt_tokens":5,"prompt_tokens_details":null}"#, TokenUsage(input: 5)),
        (#"{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":0}}"#, TokenUsage(input: 5, cacheRead: 0)),
        (#"{"prompt_tokens":5,"prompt_tokens_details":{"cached_tokens":9}}"#, TokenUsage(input: 0, cacheRead: 9)),
        (#"{"prompt_tokens":18446744073709551615}"#, TokenUsage()),
    ])
    func absentIsNotZero(usage: String, expected: TokenUsage) throws {
        #expect(endpoint.usage(try json(Array(usage.utf8))) == expected)
    }
}

extension String {
    /// White space that stood around the member may stay behind; what counts is that the rest is as sent.
    fileprivate func replacingSpaceBeforeBrace(like shown: String) -> String {
        hasSuffix(" }") && !shown.contains(" }") ? dropLast(2) + "}" : self
    }
}
