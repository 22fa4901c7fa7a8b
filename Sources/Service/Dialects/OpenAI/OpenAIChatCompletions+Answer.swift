internal import Bytes
package import JSON

extension OpenAIChatCompletions {
    /// Chunks are JSON objects in `data`, the last event is `[DONE]`. A usual delta is recognised by what it lacks: no
    /// usage, no error, no finish. An unescaped `"usage"` cannot stand inside a string, where its quotes were escaped.
    package func read(
        _ event: AnswerEvent, into answer: inout AnswerState, with scratch: inout AnswerScratch
    ) -> EventVerdict {
        if event.data.reads(as: "[DONE]") {
            guard answer.isCommitted else { return .malformed }
            answer.hasEnded = true
            return .forward
        }
        guard event.isObject else { return .malformed }
        let data = event.data
        guard answer.isCommitted else { return readFirst(data, &answer, &scratch) }
        if data.firstOffset(of: #""error""#) != nil, let verdict = readError(data, &answer, &scratch) { return verdict }
        if finishes(data), let document = scratch.document(data) { note(finish: document.root, &answer) }
        return data.firstOffset(of: #""usage""#) == nil ? .forward : readUsage(data, &answer, &scratch)
    }

    package func read(
        whole body: [UInt8], with scratch: inout AnswerScratch
    ) throws(UpstreamFault) -> AnswerFacts {
        guard let root = scratch.document(body)?.root, root["choices"]?.kind == .array else {
            throw .malformed
        }
        var answer = AnswerState(hidesUsage: false)
        note(root, &answer)
        note(finish: root, &answer)
        if let usage = root["usage"], usage.kind == .object { answer.facts.update(usage: self.usage(usage)) }
        return answer.facts
    }

    package func usage(_ value: JSONValue) -> TokenUsage {
        func count(_ value: JSONValue?) -> Int? { value?.integer.flatMap { $0 < 0 ? nil : Int(exactly: $0) } }
        let prompt = count(value["prompt_tokens"])
        let cached = count(value["prompt_tokens_details"]?["cached_tokens"])
        // `prompt_tokens` includes those read from the cache.
        return TokenUsage(
            input: prompt.map { max(0, $0 - (cached ?? 0)) }, output: count(value["completion_tokens"]),
            cacheRead: cached, cacheWrite: count(value["prompt_tokens_details"]?["cache_write_tokens"]),
            reasoning: count(value["completion_tokens_details"]?["reasoning_tokens"]))
    }

    private func readFirst(
        _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict {
        guard let root = scratch.document(data)?.root else { return .malformed }
        if let verdict = readError(data, &answer, &scratch) { return verdict }
        guard root["choices"]?.kind == .array else { return .malformed }
        answer.isCommitted = true
        note(root, &answer)
        note(finish: root, &answer)
        return root["usage"] == nil ? .forward : readUsage(data, &answer, &scratch)
    }

    /// Nil when `error` is no member of the chunk itself.
    private func readError(
        _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict? {
        guard let error = scratch.document(data)?.root["error"], !error.isNull else { return nil }
        answer.facts.errorType = error["code"]?.string ?? error["type"]?.string ?? "error"
        return .error
    }

    /// Takes out what the client has not asked for: the null in every chunk, the chunk that is nothing but usage.
    private func readUsage(
        _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict {
        do {
            try scratch.parser.scan(data, into: &scratch.nodes)
        } catch {
            // Not strict JSON (a vendor may cut a surrogate pair in two): a null too many does less harm than a stop.
            return .forward
        }
        guard let key = member("usage", scratch.nodes, data) else { return .forward }
        let value = scratch.nodes[key + 1]
        var isOnlyUsage = false
        if value.kind == .object, let root = scratch.document(data)?.root, let usage = root["usage"] {
            answer.facts.update(usage: self.usage(usage))
            isOnlyUsage = root["choices"]?.elements.contains { _ in true } == false
        }
        guard answer.hidesUsage else { return .forward }
        return isOnlyUsage ? .hide : .remove(span(of: key, scratch.nodes, data))
    }

    /// Index of a key of the outermost object.
    private func member(_ name: StaticString, _ nodes: [JSONNode], _ data: UnsafeRawBufferPointer) -> Int? {
        var index = 1
        while index < nodes.count {
            if UnsafeRawBufferPointer(rebasing: data[nodes[index].range]).reads(as: name) { return index }
            index = Int(nodes[index + 1].next)
        }
        return nil
    }

    /// The bytes of the member whose key is at `key`, with the comma that goes with it.
    private func span(of key: Int, _ nodes: [JSONNode], _ data: UnsafeRawBufferPointer) -> Range<Int> {
        func end(_ node: JSONNode) -> Int { Int(node.end) + (node.kind == .string ? 1 : 0) }
        let next = Int(nodes[key + 1].next)
        if next < nodes.count { return Int(nodes[key].start) - 1..<Int(nodes[next].start) - 1 }
        // The last member goes with the comma before it, and all between that and the brace.
        let close = Int(nodes[0].end) - 1
        guard let comma = data[..<(Int(nodes[key].start) - 1)].lastIndex(of: UInt8(ascii: ",")), key > 1 else {
            return Int(nodes[key].start) - 1..<close
        }
        return comma..<close
    }

    private func finishes(_ data: UnsafeRawBufferPointer) -> Bool {
        guard let offset = data.firstOffset(of: #""finish_reason""#) else { return false }
        let rest = data[(offset + 15)...].drop { $0 == 0x20 || $0 == UInt8(ascii: ":") }
        return rest.first == UInt8(ascii: "\"")
    }

    private func note(_ root: JSONValue, _ answer: inout AnswerState) {
        answer.facts.id = root["id"]?.string ?? answer.facts.id
        answer.facts.modelReported = root["model"]?.string ?? answer.facts.modelReported
    }

    private func note(finish root: JSONValue, _ answer: inout AnswerState) {
        guard let choices = root["choices"] else { return }
        for choice in choices.elements {
            if let reason = choice["finish_reason"]?.string { answer.facts.finish = reason }
        }
    }
}
