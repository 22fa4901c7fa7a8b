internal import CBOR

/// Of a request: method, path and the headers on the gateway's list.
package struct RecordedRequestHead: Equatable, Sendable {
    package let method: String
    /// Without its query, which may carry a key.
    package let path: String
    package let headers: RecordedHeaders

    package init(method: String, path: String, headers: RecordedHeaders) {
        self.method = method
        self.path = String(path[..<(path.utf8.firstIndex(of: 0x3F) ?? path.endIndex)])
        self.headers = headers
    }

    /// Of a request that the gate makes itself: with its query, which holds no key.
    package init(method: String, target: String, headers: RecordedHeaders) {
        self.method = method
        path = target
        self.headers = headers
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 3)
        writer.pair("path", text: path)
        writer.pair("method", text: method)
        writer.text("headers")
        headers.write(to: &writer)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "head")
        self.init(
            method: try decoder.text("method"), target: try decoder.text("path"), headers: try RecordedHeaders(decoder))
    }
}
