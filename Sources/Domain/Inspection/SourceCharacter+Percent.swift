/// Percent-encoding (RFC 3986 section 2.1), as in an address or a form: `%34`, its octets in UTF-8, and encoded over
/// again (`%2534`).
extension SourceCharacter {
    /// LIMIT: how often it may be encoded over.
    private static let depthLimit = 8

    /// Nil when there is none at `offset`.
    init?(percentEncoded bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard let first = SourceCharacter.octet(bytes, offset) else { return nil }
        guard first.value >= 0x80 else {
            self.init(scalar: UInt32(first.value), length: first.length)
            return
        }
        let count = first.value >= 0xF0 ? 4 : first.value >= 0xE0 ? 3 : 2
        var scalar = UInt32(first.value) & (0x7F >> UInt32(count))
        var end = offset + first.length
        for _ in 1..<count {
            guard first.value >= 0xC2, let next = SourceCharacter.octet(bytes, end), next.value & 0xC0 == 0x80 else {
                self.init(scalar: SourceCharacter.undecodable, length: first.length)
                return
            }
            scalar = scalar << 6 | UInt32(next.value & 0x3F)
            end += next.length
        }
        self.init(scalar: scalar, length: end - offset)
    }

    /// Whether anything in `text` is percent-encoded.
    static func isPercentEncoded(_ text: UnsafeRawBufferPointer) -> Bool {
        text.indices.contains { text[$0] == 0x25 && octet(text, $0) != nil }
    }

    private static func octet(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> (value: UInt8, length: Int)? {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "%") else { return nil }
        var digits = offset + 1
        guard var value = pair(bytes, digits) else { return nil }
        var depth = 1
        while value == UInt8(ascii: "%"), depth < depthLimit, let inner = pair(bytes, digits + 2) {
            value = inner
            digits += 2
            depth += 1
        }
        return (value, digits + 2 - offset)
    }

    private static func pair(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt8? {
        SourceCharacter.number(bytes, offset, count: 2).map { UInt8(truncatingIfNeeded: $0) }
    }
}
