internal import Bytes
internal import CBOR
package import Vocabulary

extension LogCore {
    /// Heads that stand in the first chunk of an answer.
    package struct AnswerHeads: Sendable {
        package var upstream: RecordedAnswerHead
        package var client: RecordedAnswerHead

        package init(upstream: RecordedAnswerHead, client: RecordedAnswerHead) {
            self.upstream = upstream
            self.client = client
        }
    }

    /// Stages bytes that came back. Once the returned index is durable, what is shown of them may be shown.
    ///
    /// The hot path: the record is written into a buffer that is kept, sealed into a batch that is kept.
    package mutating func chunk(
        _ returned: UnsafeRawBufferPointer, shown: ShownBytes = .same, heads: AnswerHeads? = nil,
        in exchange: Exchange, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        guard !exchange.isEnded, let first = exchange.first else { throw .notInOrder(record: .chunk) }
        var writer = CBORWriter()
        swap(&writer, &scratch)
        defer { swap(&writer, &scratch) }
        writer.reset()
        let shownLength = LogCore.write(returned, shown, heads, to: &writer)
        try begin([writer.count])
        let draft = Draft(
            type: .chunk, compartment: .content, key: exchange.content, first: first, previous: exchange.last,
            lease: lease, now: now)
        let indices = try writer.withBytes { (bytes) throws(LedgerError) in try stage(bytes, draft) }
        exchange.advance(over: indices)
        exchange.returnedBytes += UInt64(returned.count)
        exchange.shownBytes += UInt64(shownLength)
        return indices.upperBound - 1
    }

    /// The keys in the order of their encodings: head, shown, answer, returned.
    private static func write(
        _ returned: UnsafeRawBufferPointer, _ shown: ShownBytes, _ heads: AnswerHeads?, to writer: inout CBORWriter
    ) -> Int {
        var length = returned.count
        var count = 1
        if case .derived = shown { count += 1 }
        if heads != nil { count += 2 }
        writer.map(count: count)
        if let heads {
            writer.text("head")
            heads.upstream.write(to: &writer)
        }
        if case .derived(let derived) = shown {
            length = derived.length(over: returned.count)
            writer.text("shown")
            derived.write(to: &writer)
        }
        if let heads {
            writer.text("answer")
            heads.client.write(to: &writer)
        }
        writer.text("returned")
        writer.bytes(returned)
        return length
    }
}
