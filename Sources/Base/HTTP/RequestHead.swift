/// The head of a request that passed every check of RFC 9112 sections 3, 5 and 6 that this engine makes.
package struct RequestHead: Sendable {
    package let method: String
    /// Origin-form: path and query, beginning with `/`.
    package let target: String
    package let fields: HeaderFields
    package let body: MessageBody
    package let keepsAlive: Bool
    package let expectsContinue: Bool

    /// What is served here, by their names, which are read with regard to case (RFC 9110 section 9.1).
    package static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    /// The target up to `?`.
    package var path: Substring {
        guard let mark = target.utf8.firstIndex(of: 0x3F) else { return target[...] }
        return target[..<mark]
    }

    /// The part of the target after `?`; empty without one.
    package var query: Substring {
        guard let mark = target.utf8.firstIndex(of: 0x3F) else { return "" }
        return target[target.utf8.index(after: mark)...]
    }

    /// - Parameters:
    ///   - bytes: one complete head as `HeadScanner` delimited it.
    ///   - methods: those that the server tells apart; nil for one that refuses the others itself.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, methods: [String]? = methods
    ) throws(HTTPFault) -> RequestHead {
        var parser = HeadParser(bytes)
        let line = parser.line()
        guard let firstSpace = bytes[line].firstIndex(of: 0x20),
            let lastSpace = bytes[line].lastIndex(of: 0x20), lastSpace > firstSpace + 1
        else { throw .malformedRequestLine }
        let method = line.lowerBound..<firstSpace
        guard !method.isEmpty, bytes[method].allSatisfy({ ByteClass.isToken($0) }) else { throw .malformedRequestLine }
        let isHTTP11 = try version(bytes[lastSpace + 1..<line.upperBound])
        if let methods, !methods.contains(where: { bytes[method].elementsEqual($0.utf8) }) { throw .unsupportedMethod }
        let target = firstSpace + 1..<lastSpace
        guard bytes[target].allSatisfy({ ByteClass.isTarget($0) }) else { throw .malformedTarget }
        let fields = HeaderFields(bytes: Array(bytes), fields: try parser.fields())
        let host = try host(fields, required: isHTTP11)
        let body = try body(fields, isHTTP11: isHTTP11)
        return RequestHead(
            method: String(decoding: bytes[method], as: UTF8.self), target: try originForm(bytes[target], host: host),
            fields: fields, body: body,
            keepsAlive: isHTTP11
                ? !fields.list(of: "connection", has: "close") : fields.list(of: "connection", has: "keep-alive"),
            expectsContinue: try expectation(fields) && isHTTP11)
    }

    private static func version(_ bytes: Slice<UnsafeRawBufferPointer>) throws(HTTPFault) -> Bool {
        if bytes.elementsEqual("HTTP/1.1".utf8) { return true }
        if bytes.elementsEqual("HTTP/1.0".utf8) { return false }
        guard bytes.starts(with: "HTTP/".utf8) else { throw .malformedRequestLine }
        throw .unsupportedVersion
    }

    private static func host(_ fields: HeaderFields, required: Bool) throws(HTTPFault) -> ArraySlice<UInt8>? {
        switch fields.count(of: "host") {
        case 0:
            if required { throw .missingHost }
            return nil
        case 1: break
        default: throw .repeatedHost
        }
        guard let host = fields.valueBytes(of: "host"), host.count <= 255, isAuthority(host) else {
            throw .malformedHost
        }
        return host
    }

    /// `name`, `192.0.2.1` or `[2001:db8::1]`, each with or without a port. Of what RFC 3986 section 3.2.2 lets stand
    /// in a name, only what names of machines hold.
    private static func isAuthority(_ host: ArraySlice<UInt8>) -> Bool {
        var rest = host
        if host.first == 0x5B {
            guard let end = host.firstIndex(of: 0x5D), end > host.startIndex + 1,
                host[(host.startIndex + 1)..<end].allSatisfy({ isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E })
            else { return false }
            rest = host[(end + 1)...]
        } else {
            rest = host.drop { isNameByte($0) }
            guard rest.startIndex > host.startIndex else { return false }
        }
        let port = rest.dropFirst()
        return rest.isEmpty || rest.first == 0x3A && (1...5).contains(port.count) && port.allSatisfy(ByteClass.isDigit)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ByteClass.isDigit(byte) || (0x61...0x7A).contains(ByteClass.lowercase(byte)) || byte == 0x2D || byte == 0x2E
            || byte == 0x5F || byte == 0x7E
    }

    private static func body(_ fields: HeaderFields, isHTTP11: Bool) throws(HTTPFault) -> MessageBody {
        if fields.count(of: "transfer-encoding") > 0, !isHTTP11 { throw .transferEncodingInHTTP10 }
        if try fields.isChunked() { return .chunked }
        guard let length = try fields.contentLength(), length > 0 else { return .none }
        return .length(length)
    }

    private static func expectation(_ fields: HeaderFields) throws(HTTPFault) -> Bool {
        guard fields.count(of: "expect") > 0 else { return false }
        guard fields.count(of: "expect") == 1, let value = fields.valueBytes(of: "expect"),
            HeaderFields.equal(value, "100-continue")
        else { throw .unsupportedExpectation }
        return true
    }

    /// Absolute-form is accepted for this very host only (RFC 9112 section 3.2.2); encoded CR, LF and NUL never are.
    private static func originForm(
        _ target: Slice<UnsafeRawBufferPointer>, host: ArraySlice<UInt8>?
    ) throws(HTTPFault) -> String {
        // Nothing to put right and nothing encoded: almost every target.
        if target.first == 0x2F, !target.contains(0x25) { return String(decoding: target, as: UTF8.self) }
        var bytes = Array(target)
        if bytes.first != 0x2F {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let scheme = ["http://", "https://"].first(where: { text.lowercased().hasPrefix($0) }) else {
                throw .malformedTarget
            }
            let rest = bytes[scheme.utf8.count...]
            let authority = rest.prefix { $0 != 0x2F && $0 != 0x3F }
            guard let host, authority.map({ ByteClass.lowercase($0) }) == host.map({ ByteClass.lowercase($0) }) else {
                throw .foreignAuthority
            }
            bytes = Array(rest.dropFirst(authority.count))
            if bytes.first != 0x2F { bytes.insert(0x2F, at: 0) }
        }
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25 {
                guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]), isHexadecimal(bytes[index + 2]) else {
                    throw .malformedTarget
                }
                let low = ByteClass.lowercase(bytes[index + 2])
                if bytes[index + 1] == 0x30, low == 0x64 || low == 0x61 || low == 0x30 { throw .malformedTarget }
            }
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        ByteClass.isDigit(byte) || (0x61...0x66).contains(ByteClass.lowercase(byte))
    }
}
