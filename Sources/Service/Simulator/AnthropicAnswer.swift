internal import Bytes
internal import JSON

/// A message in Anthropic's words: whole, or as a stream of events (`types/message.py` and
/// `types/raw_message_stream_event.py` of the SDK; its `tests/lib/streaming/fixtures` are what the order was compared
/// with).
///
/// A stream is an opening, `beats` paced pieces and a closing. Writing a token's beat allocates nothing.
struct AnthropicAnswer {
    /// One content block and the beats it takes.
    private enum Block {
        case thinking(Int)
        case text(NumberedText)
        case pieces([[UInt8]])
        case call(Int)
    }

    let identity: AnswerIdentity
    let draft: Draft
    let usage: Usage
    let region: String
    /// By a script: `message_delta` comes without its usage.
    let omitsUsage: Bool
    private let blocks: [Block]
    /// The first beat of each block, and at the end the number of all beats.
    private let firstBeats: [Int]

    init(identity: AnswerIdentity, draft: Draft, inputTokens: Int, region: String, omitsUsage: Bool = false) {
        self.identity = identity
        self.draft = draft
        self.region = region
        self.omitsUsage = omitsUsage
        usage = Usage(input: inputTokens, output: draft.outputTokens, thinking: draft.thinking)
        var blocks: [Block] = []
        var firstBeats = [0]
        func add(_ block: Block, beats: Int) {
            blocks.append(block)
            firstBeats.append((firstBeats.last ?? 0) + beats)
        }
        if draft.thinking > 0 { add(.thinking(draft.thinking), beats: draft.thinking) }
        switch draft.speech {
        case .none: break
        case .numbered(let text): if text.tokens > 0 { add(.text(text), beats: text.tokens) }
        case .pieces(let pieces): add(.pieces(pieces), beats: pieces.count)
        }
        for (index, call) in draft.calls.enumerated() { add(.call(index), beats: call.arguments.count) }
        self.blocks = blocks
        self.firstBeats = firstBeats
    }

    var beats: Int { firstBeats.last ?? 0 }

    // MARK: Stream

    func appendOpening(into bytes: inout [UInt8]) {
        event("message_start", into: &bytes) { writer in
            writer.object("message") { writer in
                self.identify(&writer)
                writer.array("content") { _ in }
                self.end(&writer, reason: nil, sequence: nil)
                writer.key("usage")
                self.write(usageAtStart: &writer)
            }
        }
        if !blocks.isEmpty { start(block: 0, into: &bytes) }
        bytes.append(ascii: "event: ping\ndata: {\"type\":\"ping\"}\n\n")
    }

    func append(beat: Int, into bytes: inout [UInt8]) {
        var block = 0
        while beat >= firstBeats[block + 1] { block += 1 }
        let step = beat - firstBeats[block]
        if step == 0, block > 0 {
            stop(block: block - 1, into: &bytes)
            start(block: block, into: &bytes)
        }
        switch blocks[block] {
        case .text(let text):
            bytes.append(ascii: "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":")
            bytes.append(decimal: UInt(block))
            bytes.append(ascii: ",\"delta\":{\"type\":\"text_delta\",\"text\":\"")
            text.append(token: step, into: &bytes)
            bytes.append(ascii: "\"}}\n\n")
        case .pieces(let pieces):
            delta(block, "text_delta", "text", pieces[step], into: &bytes)
        case .thinking(let count):
            delta(block, "thinking_delta", "thinking", Array("thought\(step) ".utf8), into: &bytes)
            if step == count - 1 { delta(block, "signature_delta", "signature", Array(signature.utf8), into: &bytes) }
        case .call(let call):
            // The vendor's first delta of a call is empty.
            if step == 0 { delta(block, "input_json_delta", "partial_json", [], into: &bytes) }
            delta(block, "input_json_delta", "partial_json", draft.calls[call].arguments[step], into: &bytes)
        }
    }

    func appendClosing(into bytes: inout [UInt8]) {
        if !blocks.isEmpty { stop(block: blocks.count - 1, into: &bytes) }
        event("message_delta", into: &bytes) { writer in
            writer.object("delta") { writer in self.end(&writer, reason: stopReason, sequence: stopSequence) }
            if !omitsUsage {
                writer.object("usage") { writer in
                    self.writeInput(&writer)
                    writer.member("output_tokens", usage.output)
                    if usage.thinking > 0 {
                        writer.object("output_tokens_details") { $0.member("thinking_tokens", usage.thinking) }
                    }
                }
            }
        }
        event("message_stop", into: &bytes) { _ in }
    }

    private func start(block: Int, into bytes: inout [UInt8]) {
        event("content_block_start", into: &bytes) { writer in
            writer.member("index", block)
            writer.object("content_block") { writer in
                switch blocks[block] {
                case .thinking:
                    writer.member("type", "thinking")
                    writer.member("thinking", "")
                    writer.member("signature", "")
                case .text, .pieces:
                    writer.member("type", "text")
                    writer.member("text", "")
                case .call(let call):
                    self.begin(call: call, &writer)
                    writer.object("input") { _ in }
                }
            }
        }
    }

    private func stop(block: Int, into bytes: inout [UInt8]) {
        event("content_block_stop", into: &bytes) { $0.member("index", block) }
    }

    private func delta(_ block: Int, _ type: String, _ field: String, _ piece: [UInt8], into bytes: inout [UInt8]) {
        event("content_block_delta", into: &bytes) { writer in
            writer.member("index", block)
            writer.object("delta") { writer in
                writer.member("type", type)
                writer.member(field, String(decoding: piece, as: UTF8.self))
            }
        }
    }

    private func event(_ type: String, into bytes: inout [UInt8], members: (inout JSONWriter) -> Void) {
        bytes.append(ascii: "event: ")
        bytes.append(contentsOf: type.utf8)
        bytes.append(ascii: "\ndata: ")
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", type)
            members(&writer)
        }
        bytes.append(contentsOf: writer.bytes)
        bytes.append(ascii: "\n\n")
    }

    // MARK: Whole

    func whole() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            identify(&writer)
            writer.array("content") { writer in
                for block in blocks { writer.object { writer in self.write(block, &writer) } }
            }
            end(&writer, reason: stopReason, sequence: stopSequence)
            writer.object("usage") { writer in
                self.writeInput(&writer)
                self.writeTerms(&writer)
                writer.member("output_tokens", usage.output)
            }
        }
        return writer.bytes
    }

    private func write(_ block: Block, _ writer: inout JSONWriter) {
        switch block {
        case .thinking(let count):
            writer.member("type", "thinking")
            writer.member("thinking", (0..<count).map { "thought\($0) " }.joined())
            writer.member("signature", signature)
        case .text(let text):
            writer.member("type", "text")
            writer.member("text", String(decoding: text.text(), as: UTF8.self))
        case .pieces(let pieces):
            writer.member("type", "text")
            writer.member("text", String(decoding: pieces.joined(), as: UTF8.self))
        case .call(let call):
            begin(call: call, &writer)
            writer.key("input")
            writer.raw(draft.calls[call].arguments.joined())
        }
    }

    // MARK: Both

    private func identify(_ writer: inout JSONWriter) {
        writer.member("model", identity.model)
        writer.member("id", identity.message)
        writer.member("type", "message")
        writer.member("role", "assistant")
    }

    private func begin(call: Int, _ writer: inout JSONWriter) {
        writer.member("type", "tool_use")
        writer.member("id", identity.call(call, in: .anthropic))
        writer.member("name", draft.calls[call].name)
        writer.object("caller") { $0.member("type", "direct") }
    }

    private func end(_ writer: inout JSONWriter, reason: String?, sequence: String?) {
        writer.member("stop_reason", reason)
        writer.member("stop_sequence", sequence)
        if reason == "refusal" {
            writer.object("stop_details") { writer in
                writer.member("type", "refusal")
                writer.member("category", "general_harms")
                writer.member("explanation", "Refused by the simulator's script.")
            }
        } else {
            writer.member("stop_details", nil as String?)
        }
    }

    private func writeInput(_ writer: inout JSONWriter) {
        writer.member("input_tokens", usage.input)
        writer.member("cache_creation_input_tokens", 0)
        writer.member("cache_read_input_tokens", 0)
    }

    private func writeTerms(_ writer: inout JSONWriter) {
        writer.object("cache_creation") { writer in
            writer.member("ephemeral_5m_input_tokens", 0)
            writer.member("ephemeral_1h_input_tokens", 0)
        }
        writer.member("service_tier", "standard")
        writer.member("inference_geo", region)
    }

    private func write(usageAtStart writer: inout JSONWriter) {
        writer.object { writer in
            self.writeInput(&writer)
            self.writeTerms(&writer)
            writer.member("output_tokens", min(1, usage.output))
        }
    }

    private var signature: String { "c2ln" + identity.run }

    private var stopReason: String {
        switch draft.ending {
        case .natural: "end_turn"
        case .limit: "max_tokens"
        case .stop: "stop_sequence"
        case .calls: "tool_use"
        case .other(let word): word
        }
    }

    private var stopSequence: String? {
        if case .stop(let sequence) = draft.ending { sequence } else { nil }
    }
}
