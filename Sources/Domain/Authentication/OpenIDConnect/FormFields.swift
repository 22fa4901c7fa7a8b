/// Names and values of a query or a form (WHATWG URL section 5.1, `application/x-www-form-urlencoded`).
package struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]

    /// LIMIT: of the text, in bytes, and of its fields.
    package static let maximumLength = 16_384
    package static let maximumFields = 64

    /// Refuses what is not UTF-8 or escaped wrongly, where a browser would guess.
    package init(_ text: some StringProtocol) throws(AuthenticationError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= FormFields.maximumLength else { throw .malformed(field: "query") }
        var fields: [(String, String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard fields.count < FormFields.maximumFields else { throw .malformed(field: "query") }
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = FormFields.decode(halves[0]),
                let value = halves.count > 1 ? FormFields.decode(halves[1]) : ""
            else { throw .malformed(field: "query") }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// Nil when absent. Twice is an error: two readers could take different ones.
    package func value(_ name: StaticString) throws(AuthenticationError) -> String? {
        let found = fields.filter { $0.name.utf8.elementsEqual("\(name)".utf8) }
        guard found.count <= 1 else { throw .malformed(field: name) }
        return found.first?.value
    }

    package static func encode(_ fields: [(String, String)]) -> String {
        fields.map { escape($0.0) + "=" + escape($0.1) }.joined(separator: "&")
    }

    private static func escape(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            // RFC 3986 section 2.3.
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"): decoded.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex, let high = value(bytes[index + 1]), let low = value(bytes[index + 2])
                else { return nil }
                decoded.append(high << 4 | low)
                index += 2
            default: decoded.append(bytes[index])
            }
            index += 1
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
