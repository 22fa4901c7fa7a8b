internal import CBOR

/// Bytes that the gate itself showed.
package struct ShownRecord: Equatable, Sendable {
    package var answer: RecordedAnswerHead?
    package var bytes: [UInt8]
    package var why: String

    package init(answer: RecordedAnswerHead? = nil, bytes: [UInt8], why: String) {
        self.answer = answer
        self.bytes = bytes
        self.why = why
    }

    func encoded() -> [UInt8] {
        var pairs: [(String, CBOR)] = [("bytes", .bytes(bytes)), ("why", .text(why))]
        pairs.add("answer", answer?.item)
        return CBOR.map(pairs).encoded()
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        bytes = try decoder.bytes("bytes")
        why = try decoder.text("why")
        answer = try item["answer"].map { item throws(RecordProblem) in try RecordedAnswerHead(item) }
    }
}
