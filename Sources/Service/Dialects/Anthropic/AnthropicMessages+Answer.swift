internal import Bytes
package import JSON

extension AnthropicMessages {
    /// Events have names; `message_start` is the first, `message_stop` the last. Deltas, nearly all of a stream, are
    /// passed on by their name and type alone; any other event is parsed strictly.
    package func read(
        _ event: AnswerEvent, into answer: inout AnswerState, with scratch: inout AnswerScratch
    ) -> EventVerdict {
        // Without a name the official client drops the event and says nothing.
        guard event.isObject, !event.name.isEmpty else { return .malformed }
        if event.name.reads(as: "content_block_delta"), beginsAsDelta(event.data) {
            return answer.isCommitted ? .forward : .malformed
        }
        guard let root = scratch.document(event.data)?.root else { return .malformed }
        // Clients go by the name or by the type: an event has one meaning.
        if let type = root["type"], !isNamed(event.name, type) { return .malformed }
        if event.name.reads(as: "message_start") { return readStart(root, &answer) }
        if event.name.reads(as: "error") {
            guard let error = root["error"], error.kind == .object else { return .malformed }
            answer.facts.errorType = error["type"]?.string ?? "error"
            return .error
        }
        if event.name.reads(as: "message_delta") { return readDelta(root, &answer) }
        if event.name.reads(as: "content_block_start") { return readBlock(root, &answer) }
        if event.name.reads(as: "content_block_delta") { return answer.isCommitted ? .forward : .malformed }
        if event.name.reads(as: "message_stop") {
            guard answer.isCommitted else { return .malformed }
            answer.hasEnded = true
        }
        return .forward
    }

    /// Whether name and type are the same, or both are none that a client acts on.
    private func isNamed(_ name: UnsafeRawBufferPointer, _ type: JSONValue) -> Bool {
        guard let type = type.string else { return false }
        if name.elementsEqual(type.utf8) { return true }
        return !AnthropicMessages.events.contains { type == $0 || name.elementsEqual($0.utf8) }
    }

    private static let events = [
        "message_start", "message_delta", "message_stop", "content_block_start", "content_block_delta",
        "content_block_stop", "error",
    ]

    /// Whether the first member says that it is a delta, as the vendor writes it. Allocates nothing.
    private func beginsAsDelta(_ data: UnsafeRawBufferPointer) -> Bool {
        var rest = data[...]
        func take(_ text: StaticString) -> Bool {
            rest = rest.drop { $0 == 0x20 }
            guard rest.count >= text.utf8CodeUnitCount,
                UnsafeRawBufferPointer(rebasing: rest.prefix(text.utf8CodeUnitCount)).reads(as: text)
            else { return false }
            rest = rest.dropFirst(text.utf8CodeUnitCount)
            return true
        }
        return take("{") && take(#""type""#) && take(":") && take(#""content_block_delta""#)
    }

    package func read(
        whole body: [UInt8], with scratch: inout AnswerScratch
    ) throws(UpstreamFault) -> AnswerFacts {
        guard let root = scratch.document(body)?.root, root["content"]?.kind == .array else {
            throw .malformed
        }
        var facts = AnswerFacts()
        note(root, &facts)
        facts.finish = root["stop_reason"]?.string
        return facts
    }

    package func usage(_ value: JSONValue) -> TokenUsage {
        func count(_ value: JSONValue?) -> Int? { value?.integer.flatMap { $0 < 0 ? nil : Int(exactly: $0) } }
        // `input_tokens` excludes both cache counts.
        return TokenUsage(
            input: count(value["input_tokens"]), output: count(value["output_tokens"]),
            cacheRead: count(value["cache_read_input_tokens"]), cacheWrite: count(value["cache_creation_input_tokens"]),
            cacheWriteHour: count(value["cache_creation"]?["ephemeral_1h_input_tokens"]),
            reasoning: count(value["output_tokens_details"]?["thinking_tokens"]))
    }

    private func readStart(_ root: JSONValue, _ answer: inout AnswerState) -> EventVerdict {
        guard let message = root["message"], message.kind == .object else { return .malformed }
        answer.isCommitted = true
        note(message, &answer.facts)
        return .forward
    }

    private func readDelta(_ root: JSONValue, _ answer: inout AnswerState) -> EventVerdict {
        guard answer.isCommitted else { return .malformed }
        if let usage = root["usage"], !usage.isNull {
            guard usage.kind == .object else { return .malformed }
            answer.facts.update(usage: self.usage(usage))
            answer.facts.regionReported = usage["inference_geo"]?.string ?? answer.facts.regionReported
        }
        answer.facts.finish = root["delta"]?["stop_reason"]?.string ?? answer.facts.finish
        return .forward
    }

    /// A block of type `fallback` says that the vendor changed the model.
    private func readBlock(_ root: JSONValue, _ answer: inout AnswerState) -> EventVerdict {
        guard answer.isCommitted else { return .malformed }
        guard let block = root["content_block"], block["type"]?.reads(as: "fallback") == true else { return .forward }
        answer.facts.modelReported = block["to"]?["model"]?.string ?? answer.facts.modelReported
        return .forward
    }

    private func note(_ message: JSONValue, _ facts: inout AnswerFacts) {
        facts.id = message["id"]?.string
        facts.modelReported = message["model"]?.string
        if let usage = message["usage"], usage.kind == .object {
            facts.update(usage: self.usage(usage))
            facts.regionReported = usage["inference_geo"]?.string
        }
    }
}
