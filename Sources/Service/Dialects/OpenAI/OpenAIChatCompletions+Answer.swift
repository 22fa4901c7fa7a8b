internal import Bytes
package import JSON

extension OpenAIChatCompletions {
    /// Chunks are JSON objects in `data`, the last event is `[DONE]`. A plain delta is recognised by what it lacks: a
    /// value of usage, error or finish that is not null. An unescaped `"usage"` cannot stand inside a string, where its
    /// quotes were escaped. Any other chunk is parsed strictly.
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
        let usage = mention(of: #""usage""#, in: data)
        if usage != .value, mention(of: #""error""#, in: data) != .value,
            mention(of: #""finish_reason""#, in: data) != .value
        {
            return usage == .none ? .forward : hideUsage(data, &answer, &scratch)
        }
        guard let root = scratch.document(data)?.root else { return .malformed }
        if let verdict = readError(root, &answer) { return verdict }
        if let choices = root["choices"], choices.kind != .array { return .malformed }
        note(finish: root, &answer)
        return readUsage(root, data, &answer, &scratch)
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
        if let verdict = readError(root, &answer) { return verdict }
        guard root["choices"]?.kind == .array else { return .malformed }
        let verdict = readUsage(root, data, &answer, &scratch)
        guard verdict != .malformed else { return .malformed }
        answer.isCommitted = true
        note(root, &answer)
        note(finish: root, &answer)
        return verdict
    }

    /// Nil when `error` is no member of the chunk itself.
    private func readError(_ root: JSONValue, _ answer: inout AnswerState) -> EventVerdict? {
        guard let error = root["error"], !error.isNull else { return nil }
        answer.facts.errorType = error["code"]?.string ?? error["type"]?.string ?? "error"
        return .error
    }

    private func readUsage(
        _ root: JSONValue, _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict {
        guard let usage = root["usage"] else { return .forward }
        if !usage.isNull {
            guard usage.kind == .object else { return .malformed }
            answer.facts.update(usage: self.usage(usage))
            // A chunk that is nothing but usage goes as a whole.
            if answer.hidesUsage, root["choices"]?.elements.contains(where: { _ in true }) == false { return .hide }
        }
        return hideUsage(data, &answer, &scratch)
    }

    /// Takes out what the client has not asked for, such as the null in every chunk.
    private func hideUsage(
        _ data: UnsafeRawBufferPointer, _ answer: inout AnswerState, _ scratch: inout AnswerScratch
    ) -> EventVerdict {
        guard answer.hidesUsage else { return .forward }
        do {
            try scratch.parser.scan(data, into: &scratch.nodes)
        } catch {
            // Not strict JSON (a vendor may cut a surrogate pair in two): a null too many does less harm than a stop.
            return .forward
        }
        guard let key = member("usage", scratch.nodes, data) else { return .forward }
        return .remove(span(of: key, scratch.nodes, data))
    }

    private enum Mention { case none, null, value }

    /// Whether the chunk has the key anywhere, and with a value. Allocates nothing.
    private func mention(of key: StaticString, in data: UnsafeRawBufferPointer) -> Mention {
        var mention = Mention.none
        var rest = data
        while let offset = rest.firstOffset(of: key) {
            rest = UnsafeRawBufferPointer(rebasing: rest[(offset + key.utf8CodeUnitCount)...])
            guard let colon = rest.firstIndex(where: { !isSpace($0) }), rest[colon] == UInt8(ascii: ":") else {
                continue
            }
            let value = rest[(colon + 1)...].drop(while: isSpace)
            guard value.starts(with: [0x6E, 0x75, 0x6C, 0x6C]) else { return .value }
            mention = .null
        }
        return mention
    }

    /// RFC 8259 section 2.
    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

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
