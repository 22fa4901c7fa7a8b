/// The head of an upstream's answer, read as strictly as a request's: a vendor is not trusted either.
package struct ResponseHead: Sendable {
    package let status: Int
    package let fields: HeaderFields
    package let body: MessageBody
    package let keepsAlive: Bool

    /// An answer that another one follows (RFC 9110 section 15.2).
    package var isInterim: Bool { (100..<200).contains(status) }

    /// - Parameter bytes: one complete head as `HeadScanner` delimited it.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> ResponseHead {
        var parser = HeadParser(bytes)
        let line = parser.line()
        let status = bytes[line]
        guard status.count >= 12, status.starts(with: "HTTP/1.".utf8) else { throw .malformedStatusLine }
        let minor = status[line.lowerBound + 7]
        guard minor == 0x30 || minor == 0x31 else { throw .unsupportedVersion }
        let isHTTP11 = minor == 0x31
        let digits = status[line.lowerBound + 9..<line.lowerBound + 12]
        guard status[line.lowerBound + 8] == 0x20, digits.allSatisfy({ ByteClass.isDigit($0) }),
            status.count == 12 || status[line.lowerBound + 12] == 0x20,
            status.dropFirst(12).allSatisfy({ ByteClass.isFieldContent($0) })
        else { throw .malformedStatusLine }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard (100...599).contains(code) else { throw .malformedStatusLine }
        guard code != 101 else { throw .switchedProtocol }
        let fields = HeaderFields(bytes: Array(bytes), fields: try parser.fields())
        if fields.count(of: "transfer-encoding") > 0, !isHTTP11 { throw .transferEncodingInHTTP10 }
        let body = try body(fields, status: code)
        let asked =
            isHTTP11 ? !fields.list(of: "connection", has: "close") : fields.list(of: "connection", has: "keep-alive")
        // A status without a body that announces one: who wrote it may send it all the same.
        let announced = try fields.contentLength() ?? 0
        let isBelied = body == .none && (announced > 0 || fields.count(of: "transfer-encoding") > 0)
        return ResponseHead(
            status: code, fields: fields, body: body, keepsAlive: asked && body != .untilClose && !isBelied)
    }

    private static func body(_ fields: HeaderFields, status: Int) throws(HTTPFault) -> MessageBody {
        let chunked = try fields.isChunked()
        let length = try fields.contentLength()
        if (100..<200).contains(status) || status == 204 || status == 304 { return .none }
        if chunked { return .chunked }
        guard let length else { return .untilClose }
        return length == 0 ? .none : .length(length)
    }
}
