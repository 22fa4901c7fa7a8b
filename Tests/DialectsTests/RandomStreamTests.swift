// Proves on seeded random streams and requests, sound and damaged, that the cuts of a stream change nothing, that
// returned bytes and splices always make the shown ones, and that a request goes out as it came but for its splices.
import Bytes
import Inspection
import JSON
import Testing

@testable import Dialects

struct RandomStreamTests {
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    private static let openAIEvents = [
        #"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}"#,
        #"data: {"id":"c","choices":[{"delta":{"content":"中\"usage\":"}}],"usage":null}"#,
        #"data: {"usage":null,"choices":[{"finish_reason":"stop"}]}"#, ": comment", "", "data: [DONE]",
        "id: 1\nretry: 2",
        #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#, "data: {\"choices\":\ndata: [{}]}",
        #"data: {"choices":[{"delta":{"content":"error"}}]}"#,
    ]

    private static let anthropicEvents = [
        "event: message_start\n"
            + #"data: {"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1}}}"#,
        "event: content_block_delta\n" + #"data: {"type":"content_block_delta","delta":{"text":"中"}}"#,
        "event: content_block_start\n" + #"data: {"content_block":{"type":"fallback","to":{"model":"d"}}}"#,
        "event: message_delta\n" + #"data: {"delta":{"stop_reason":"x"},"usage":{"output_tokens":2}}"#,
        "event: ping\ndata: {}", ": comment", "", "event: message_stop\ndata: {}", "event: later\ndata: {}",
    ]

    private func stream(_ events: [String], _ random: inout Random) -> [UInt8] {
        let ends = ["\n", "\n", "\r\n", "\r"]
        var text = events[0] + "\n\n"
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let end = ends.randomElement(using: &random) ?? "\n"
            let event = events.randomElement(using: &random) ?? ""
            text += event.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end) + end + end
        }
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 0...2, using: &random) where Bool.random(using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] = Array("\n\r:{}\"x\u{0}".utf8).randomElement(using: &random) ?? 0
        }
        return bytes
    }

    private func relay(
        _ endpoint: some Endpoint, _ bytes: [UInt8], cuts: [Int], hidesUsage: Bool
    ) -> (shown: [UInt8], state: AnswerState, fault: UpstreamFault?) {
        var answer = AnswerStream(endpoint, hidesUsage: hidesUsage)
        var scratch = AnswerScratch()
        var shown: [UInt8] = []
        var splices: [Splice] = []
        var start = 0
        for end in cuts + [bytes.count] {
            bytes[start..<end].withUnsafeBytes {
                answer.feed($0, shown: &shown, splices: &splices, with: &scratch)
            }
            start = end
        }
        answer.finish(shown: &shown, splices: &splices, with: &scratch)
        let fault = answer.fault
        if fault != nil { answer.abandon(with: Array("!".utf8), shown: &shown, splices: &splices) }
        #expect(bytes.applying(splices) == shown)
        return (shown, answer.state, fault)
    }

    private func compare(_ endpoint: some Endpoint, _ events: [String], seed: UInt64) {
        var random = Random(state: seed)
        var whole = 0
        for _ in 0..<3000 {
            let bytes = stream(events, &random)
            let hidesUsage = Bool.random(using: &random)
            let reference = relay(endpoint, bytes, cuts: [], hidesUsage: hidesUsage)
            if reference.fault == nil { whole += 1 }
            let cuts = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }.sorted()
            for cuts in [cuts, Array(1..<bytes.count)] {
                let cut = relay(endpoint, bytes, cuts: cuts, hidesUsage: hidesUsage)
                #expect(cut.state == reference.state && cut.fault == reference.fault)
                // A LF that continues a CR goes with whichever event is at hand.
                #expect(cut.shown.filter { $0 != 0x0A } == reference.shown.filter { $0 != 0x0A })
            }
        }
        #expect((300...2900).contains(whole))
    }

    @Test func openAI() { compare(OpenAIChatCompletions(), RandomStreamTests.openAIEvents, seed: 1) }
    @Test func anthropic() { compare(AnthropicMessages(), RandomStreamTests.anthropicEvents, seed: 2) }

    @Test func requests() throws {
        var random = Random(state: 3)
        var parser = JSONParser()
        var inspector = Inspector()
        let endpoint = OpenAIChatCompletions()
        let policy = InspectionPolicy(
            Detector.allCases.map { .init(detector: $0, destination: .vendor, verdict: .redact) })
        let texts = [
            "hello", "pay 4798643261622430 now", "A443033（9）", #"\u0034798643261622430"#, #"\n4798 6432 6162 2430\""#,
            #"{\"iban\":\"DE22830689997598506774\"}"#, "中文", #"\ud83d\ude00"#,
        ]
        for _ in 0..<3000 {
            let messages = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                let text = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    texts.randomElement(using: &random) ?? ""
                }.joined(separator: " ")
                return #"{"role":"user","content":"\#(text)"}"#
            }
            let extra = [#","stream":true"#, #","stream":true,"stream_options":{}"#, "", #","pan":4798643261622430"#]
            let body = Array(
                (#"{"model":"m","messages":["# + messages.joined(separator: ",") + "]"
                    + (extra.randomElement(using: &random) ?? "") + "}").utf8)
            let request = try endpoint.parse(openAIHead, query: "", body: body, with: &parser)
            let inspectable = endpoint.strings(request)
            let findings = inspector.inspect(body, pieces: inspectable.pieces)
            var redactions: [Splice] = []
            if case .redact(let splices) = policy.judge(findings, pieces: inspectable.pieces, towards: .vendor) {
                redactions = splices
            }
            let outgoing = endpoint.outgoing(request, model: "vendor-m", redactions: redactions, injectsUsage: true)
            #expect(body.applying(outgoing.splices) == outgoing.body)
            let again = try endpoint.parse(openAIHead, query: "", body: outgoing.body, with: &parser)
            #expect(again.model == "vendor-m" && again.turns.count == request.turns.count)
            let left = inspector.inspect(outgoing.body, pieces: endpoint.strings(again).pieces)
            #expect(policy.judge(left, pieces: endpoint.strings(again).pieces, towards: .vendor) == .allow)
        }
    }
}
