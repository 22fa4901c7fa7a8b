internal import Bytes
package import JSON

extension AnthropicMessages {
    /// Events have names; `message_start` is the first, `message_stop` the last. Deltas, nearly all of a stream, are
    /// passed on by their name alone.
    package func read(
        _ event: AnswerEvent, into answer: inout AnswerState, with scratch: inout AnswerScratch
    ) -> EventVerdict {
        // Without a name the official client drops the event and says nothing.
        guard event.isObject, !event.name.isEmpty else { return .malformed }
        if event.name.reads(as: "content_block_delta") { return answer.isCommitted ? .forward : .malformed }
        if event.name.reads(as: "message_start") { return readStart(event.data, &answer, &scratch) }
        if event.name.reads(as: "message_delta") { return readDelta(event.data, &answer, &scratch) }
        if event.name.reads(as: "content_block_start") { return readBlock(event.data, &answer, &scratch) }
        if event.name.reads(as: "message_stop") {
            guard answer.isCommitted else { return .malformed }
            answer.hasEnded = true
        }
        if event.name.reads(as: "error") {
            let error = scratch.document(event.data)?.root["error"]
            answer.facts.errorType = error?["type"]?.string ?? "error"
            return .error
        }
        return .forward
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

    private func readStart(
        _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict {
        guard let message = scratch.document(data)?.root["message"], message.kind == .object else { return .malformed }
        answer.isCommitted = true
        note(message, &answer.facts)
        return .forward
    }

    private func readDelta(
        _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict {
        guard answer.isCommitted, let root = scratch.document(data)?.root else { return .malformed }
        if let usage = root["usage"], usage.kind == .object {
            answer.facts.update(usage: self.usage(usage))
            answer.facts.regionReported = usage["inference_geo"]?.string ?? answer.facts.regionReported
        }
        answer.facts.finish = root["delta"]?["stop_reason"]?.string ?? answer.facts.finish
        return .forward
    }

    /// A block of type `fallback` says that the vendor changed the model.
    private func readBlock(
        _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict {
        guard answer.isCommitted else { return .malformed }
        guard data.firstOffset(of: #""fallback""#) != nil, let block = scratch.document(data)?.root["content_block"],
            block["type"]?.reads(as: "fallback") == true
        else { return .forward }
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
