internal import CBOR

/// Bytes that came back, as they are read again. Written by `LogCore.chunk` without building this.
package struct ChunkRecord: Equatable, Sendable {
    /// Of the upstream's answer; in the first chunk.
    package var head: RecordedAnswerHead?
    /// Of the answer to the client; in the first chunk.
    package var answer: RecordedAnswerHead?
    package var returned: [UInt8]
    package var shown: Derived

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        returned = try decoder.bytes("returned")
        head = try item["head"].map { item throws(RecordProblem) in try RecordedAnswerHead(item) }
        answer = try item["answer"].map { item throws(RecordProblem) in try RecordedAnswerHead(item) }
        shown = try item["shown"].map { item throws(RecordProblem) in try Derived(item, key: "shown") } ?? .same
    }
}
