package import CBOR

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

    package var item: CBOR { .map([("headers", headers.item), ("status", .unsigned(UInt64(status)))]) }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "head")
        guard let status = Int(exactly: try decoder.unsigned("status")) else {
            throw RecordProblem(key: "status", expected: "a status code")
        }
        self.init(status: status, headers: try RecordedHeaders(decoder))
    }
}
