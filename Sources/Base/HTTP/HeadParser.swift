internal import Glibc

/// Reads the lines of a complete head. Shared by requests and answers, because both must refuse the same things.
struct HeadParser {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next line without its CR LF. The scanner has proved that every LF has its CR and that a blank line ends all.
    mutating func line() -> Range<Int> {
        guard let start = bytes.baseAddress, let found = memchr(start + position, 0x0A, bytes.count - position) else {
            return position..<position
        }
        let lineFeed = start.distance(to: UnsafeRawPointer(found))
        defer { position = lineFeed + 1 }
        return position..<lineFeed - 1
    }

    /// Every field up to the blank line.
    mutating func fields() throws(HTTPFault) -> [HeaderFields.Field] {
        var fields: [HeaderFields.Field] = []
        fields.reserveCapacity(16)
        while true {
            let line = line()
            if line.isEmpty { return fields }
            guard fields.count < HeadLimits.fields else { throw .tooManyFields }
            fields.append(try field(line))
        }
    }

    private func field(_ line: Range<Int>) throws(HTTPFault) -> HeaderFields.Field {
        if bytes[line.lowerBound] == 0x20 || bytes[line.lowerBound] == 0x09 { throw .foldedField }
        var colon = line.lowerBound
        while colon < line.upperBound, ByteClass.isToken(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == 0x3A else { throw .malformedFieldName }
        var lower = colon + 1
        var upper = line.upperBound
        while lower < upper, bytes[lower] == 0x20 || bytes[lower] == 0x09 { lower += 1 }
        while upper > lower, bytes[upper - 1] == 0x20 || bytes[upper - 1] == 0x09 { upper -= 1 }
        for index in lower..<upper where !ByteClass.isFieldContent(bytes[index]) { throw .malformedFieldValue }
        return .init(name: Int32(line.lowerBound)..<Int32(colon), value: Int32(lower)..<Int32(upper))
    }
}

extension HeaderFields {
    /// Content-Length as a number; nil when the field is absent. A list (`5, 5`) is refused like a repetition.
    func contentLength() throws(HTTPFault) -> Int? {
        switch count(of: "content-length") {
        case 0: return nil
        case 1: break
        default: throw .repeatedContentLength
        }
        guard let digits = valueBytes(of: "content-length"), !digits.isEmpty else { throw .malformedContentLength }
        // LIMIT: eighteen digits are below 2^63, and nobody reads another number from them.
        var length = 0
        for byte in digits {
            if byte == 0x2C { throw .repeatedContentLength }
            guard ByteClass.isDigit(byte), digits.count <= 18 else { throw .malformedContentLength }
            length = length * 10 + Int(byte - 0x30)
        }
        return length
    }

    /// Whether the body is chunked; refuses every other transfer coding, every repetition, and a length beside it.
    func isChunked() throws(HTTPFault) -> Bool {
        switch count(of: "transfer-encoding") {
        case 0: return false
        case 1: break
        default: throw .repeatedTransferEncoding
        }
        if count(of: "content-length") > 0 { throw .lengthAndTransferEncoding }
        guard let coding = valueBytes(of: "transfer-encoding"), HeaderFields.equal(coding, "chunked") else {
            throw .unsupportedTransferEncoding
        }
        return true
    }
}
