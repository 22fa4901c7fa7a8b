internal import CBOR

/// Of an answer: status and the headers on the gateway's list.
package struct RecordedAnswerHead: Equatable, Sendable {
    package let status: Int
    package let headers: RecordedHeaders

    /// - Precondition: the status is not negative.
    package init(status: Int, headers: RecordedHeaders) {
        precondition(status >= 0)
        self.status = status
        self.headers = headers
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 2)
        writer.pair("status", unsigned: status)
        writer.text("headers")
        headers.write(to: &writer)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "head")
        guard let status = Int(exactly: try decoder.unsigned("status")) else {
            throw RecordProblem(key: "status", expected: "a status code")
        }
        self.init(status: status, headers: try RecordedHeaders(decoder))
    }
}
