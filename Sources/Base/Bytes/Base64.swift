/// Base64 (RFC 4648 section 4) and base64url without padding (section 5). Decoding is strict: no white space, no
/// missing or surplus padding, no set bits beyond the last byte, so that every byte string has one spelling.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes, standard, padded: true) }
    package static func encodeURL(_ bytes: [UInt8]) -> String { encode(bytes, url, padded: false) }
    package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8), standard, padded: true) }
    package static func decodeURL(_ text: String) -> [UInt8]? { decode(Array(text.utf8), url, padded: false) }

    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], padded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let group =
                UInt32(bytes[index]) << 16 | UInt32(left > 1 ? bytes[index + 1] : 0) << 8
                | UInt32(left > 2 ? bytes[index + 2] : 0)
            text.append(alphabet[Int(group >> 18)])
            text.append(alphabet[Int(group >> 12 & 63)])
            if left > 1 { text.append(alphabet[Int(group >> 6 & 63)]) } else if padded { text.append(0x3D) }
            if left > 2 { text.append(alphabet[Int(group & 63)]) } else if padded { text.append(0x3D) }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(_ text: [UInt8], _ alphabet: [UInt8], padded: Bool) -> [UInt8]? {
        var digits = text[...]
        if padded {
            guard text.count.isMultiple(of: 4) else { return nil }
            var padding = 0
            while padding < 2, digits.last == 0x3D {
                digits.removeLast()
                padding += 1
            }
        }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }
}
