internal import CBOR

/// Bytes that the gate itself showed.
package struct ShownRecord: RecordBody, Equatable, Sendable {
    package var answer: RecordedAnswerHead?
    package var bytes: [UInt8]
    package var why: String

    package init(answer: RecordedAnswerHead? = nil, bytes: [UInt8], why: String) {
        self.answer = answer
        self.bytes = bytes
        self.why = why
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 2, answer)
        writer.pair("why", text: why)
        writer.text("bytes")
        writer.bytes(bytes)
        if let answer {
            writer.text("answer")
            answer.write(to: &writer)
        }
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        bytes = try decoder.bytes("bytes")
        why = try decoder.text("why")
        answer = try item["answer"].map { item throws(RecordProblem) in try RecordedAnswerHead(item) }
    }
}
