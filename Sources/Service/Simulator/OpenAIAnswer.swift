internal import Bytes
internal import JSON

/// A chat completion in OpenAI's words: whole, or as a stream of chunks ("The chat completion object" and "The chat
/// completion chunk object" of the API reference; `types/chat/chat_completion_chunk.py` of the SDK).
///
/// A stream is an opening, `beats` paced pieces and a closing. Writing a token's beat allocates nothing.
struct OpenAIAnswer {
    let identity: AnswerIdentity
    let draft: Draft
    let choices: Int
    let usage: Usage
    let style: OpenAIStyle

    /// Everything in a chunk before its choices.
    private let chunkStart: [UInt8]
    /// For each choice, what stands before and after a token.
    private let tokenStarts: [[UInt8]]
    /// The pieces of all calls in the order of sending: one of each call in turn, so that a reader who takes them for
    /// one call is found out.
    private let callBeats: [(call: Int, piece: Int)]

    init(identity: AnswerIdentity, draft: Draft, choices: Int, inputTokens: Int, style: OpenAIStyle) {
        self.identity = identity
        self.draft = draft
        self.choices = choices
        self.style = style
        usage = Usage(input: inputTokens, output: draft.outputTokens * choices)
        var writer = JSONWriter(Array("data: ".utf8))
        writer.object { writer in
            OpenAIAnswer.identify(&writer, identity, object: "chat.completion.chunk", style)
            writer.key("choices")
            writer.raw("[".utf8)
        }
        // The object's own bracket is written anew behind each chunk's choices.
        chunkStart = Array(writer.bytes.dropLast())
        tokenStarts = (0..<choices).map { Array("{\"index\":\($0),\"delta\":{\"content\":\"".utf8) }
        var beats: [(call: Int, piece: Int)] = []
        for piece in 0..<(draft.calls.map { $0.arguments.count }.max() ?? 0) {
            for call in draft.calls.indices where piece < draft.calls[call].arguments.count {
                beats.append((call, piece))
            }
        }
        callBeats = beats
    }

    var beats: Int { draft.speechTokens + callBeats.count }

    // MARK: Stream

    func appendOpening(into bytes: inout [UInt8]) {
        if style.startsWithPromptFilter { bytes.append(ascii: OpenAIStyle.promptFilterChunk) }
        for choice in 0..<choices {
            append(choice: choice, into: &bytes) { writer in
                writer.member("role", "assistant")
                if draft.calls.isEmpty {
                    writer.member("content", "")
                } else {
                    writer.member("content", nil as String?)
                }
                writer.member("refusal", nil as String?)
            }
        }
    }

    func append(beat: Int, into bytes: inout [UInt8]) {
        for choice in 0..<choices {
            switch draft.speech {
            case .numbered(let text) where beat < text.tokens:
                bytes.append(contentsOf: chunkStart)
                bytes.append(contentsOf: tokenStarts[choice])
                text.append(token: beat, choice: choice, into: &bytes)
                bytes.append(ascii: "\"},\"logprobs\":null,\"finish_reason\":null}]")
                endChunk(padding: beat, into: &bytes)
            case .pieces(let pieces) where beat < pieces.count:
                append(choice: choice, into: &bytes) { writer in
                    writer.member("content", String(decoding: pieces[beat], as: UTF8.self))
                }
            default: append(callBeat: callBeats[beat - draft.speechTokens], choice: choice, into: &bytes)
            }
        }
    }

    private func append(callBeat: (call: Int, piece: Int), choice: Int, into bytes: inout [UInt8]) {
        let call = draft.calls[callBeat.call]
        if callBeat.piece == 0 {
            append(choice: choice, into: &bytes) { writer in
                writer.array("tool_calls") { writer in
                    writer.object { writer in
                        writer.member("index", callBeat.call)
                        writer.member("id", identity.call(choice * draft.calls.count + callBeat.call, in: .openAI))
                        writer.member("type", "function")
                        writer.object("function") { writer in
                            writer.member("name", call.name)
                            writer.member("arguments", "")
                        }
                    }
                }
            }
        }
        append(choice: choice, into: &bytes) { writer in
            writer.array("tool_calls") { writer in
                writer.object { writer in
                    writer.member("index", callBeat.call)
                    writer.object("function") { writer in
                        writer.member("arguments", String(decoding: call.arguments[callBeat.piece], as: UTF8.self))
                    }
                }
            }
        }
    }

    func appendClosing(into bytes: inout [UInt8]) {
        for choice in 0..<choices {
            let usage = style.usage == .withFinish && choice == choices - 1 ? self.usage : nil
            append(choice: choice, finish: finishReason, usage: usage, into: &bytes) { _ in }
        }
        if style.usage == .ownChunk {
            bytes.append(contentsOf: chunkStart)
            bytes.append(ascii: "]")
            endChunk(padding: 0, usage: usage, into: &bytes)
        }
        bytes.append(ascii: "data: [DONE]\n\n")
    }

    private func append(
        choice: Int, finish: String? = nil, usage: Usage? = nil, into bytes: inout [UInt8],
        delta: (inout JSONWriter) -> Void
    ) {
        bytes.append(contentsOf: chunkStart)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("index", choice)
            writer.member("delta", object: delta)
            writer.key("logprobs")
            writer.null()
            writer.member("finish_reason", finish)
        }
        bytes.append(contentsOf: writer.bytes)
        bytes.append(ascii: "]")
        endChunk(padding: choice, usage: usage, into: &bytes)
    }

    private func endChunk(padding: Int, usage: Usage? = nil, into bytes: inout [UInt8]) {
        if let usage {
            var writer = JSONWriter()
            OpenAIAnswer.write(usage, &writer)
            bytes.append(ascii: ",\"usage\":")
            bytes.append(contentsOf: writer.bytes)
        } else if style.usage == .ownChunk {
            bytes.append(ascii: ",\"usage\":null")
        }
        if style.writesObfuscation {
            bytes.append(ascii: ",\"obfuscation\":\"")
            // Lengths that change from chunk to chunk are the field's whole purpose.
            let letters: StaticString = "Xq3vZk0LmT8sRw1YdJ6n"
            let length = 4 + (padding &* 7) % 16
            bytes.append(contentsOf: UnsafeBufferPointer(start: letters.utf8Start, count: length))
            bytes.append(0x22)
        }
        bytes.append(ascii: "}\n\n")
    }

    // MARK: Whole

    func whole() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            OpenAIAnswer.identify(&writer, identity, object: "chat.completion", style)
            writer.array("choices") { writer in
                for choice in 0..<choices { writer.object { writer in self.write(choice: choice, &writer) } }
            }
            if style.usage != .omitted {
                writer.key("usage")
                OpenAIAnswer.write(usage, &writer)
            }
        }
        return writer.bytes
    }

    private func write(choice: Int, _ writer: inout JSONWriter) {
        writer.member("index", choice)
        writer.object("message") { writer in
            writer.member("role", "assistant")
            writer.member("content", content(choice))
            writer.member("refusal", nil as String?)
            writer.array("annotations") { _ in }
            if !draft.calls.isEmpty {
                writer.array("tool_calls") { writer in
                    for (index, call) in draft.calls.enumerated() {
                        writer.object { writer in
                            writer.member("id", identity.call(choice * draft.calls.count + index, in: .openAI))
                            writer.member("type", "function")
                            writer.object("function") { writer in
                                writer.member("name", call.name)
                                writer.member("arguments", String(decoding: call.arguments.joined(), as: UTF8.self))
                            }
                        }
                    }
                }
            }
        }
        writer.key("logprobs")
        writer.null()
        writer.member("finish_reason", finishReason)
    }

    private func content(_ choice: Int) -> String? {
        switch draft.speech {
        case .none: nil
        case .numbered(let text): String(decoding: text.text(choice: choice), as: UTF8.self)
        case .pieces(let pieces): String(decoding: pieces.joined(), as: UTF8.self)
        }
    }

    private var finishReason: String {
        switch draft.ending {
        case .natural, .stop: "stop"
        case .limit: "length"
        case .calls: "tool_calls"
        case .other(let word): word
        }
    }

    private static func identify(
        _ writer: inout JSONWriter, _ identity: AnswerIdentity, object: String, _ style: OpenAIStyle
    ) {
        writer.member("id", identity.completion)
        writer.member("object", object)
        writer.member("created", identity.created)
        writer.member("model", identity.model)
        if style.namesTier { writer.member("service_tier", "default") }
        writer.member("system_fingerprint", "fp_simulated")
    }

    private static func write(_ usage: Usage, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("prompt_tokens", usage.input)
            writer.member("completion_tokens", usage.output)
            writer.member("total_tokens", usage.total)
            writer.object("prompt_tokens_details") { writer in
                writer.member("cached_tokens", 0)
                writer.member("audio_tokens", 0)
            }
            writer.object("completion_tokens_details") { writer in
                writer.member("reasoning_tokens", usage.thinking)
                writer.member("audio_tokens", 0)
                writer.member("accepted_prediction_tokens", 0)
                writer.member("rejected_prediction_tokens", 0)
            }
        }
    }
}
