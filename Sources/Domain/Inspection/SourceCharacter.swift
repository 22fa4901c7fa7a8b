/// One character of the input as a reader sees it, however it is spelt there: UTF-8, a JSON escape behind any number of
/// backslashes (a tool call is JSON inside a JSON string, and may hold JSON again), or an HTML entity.
struct SourceCharacter {
    /// 0xFFFF_FFFF for a byte that is no UTF-8 and for half of a surrogate pair.
    let scalar: UInt32
    /// Bytes it takes, at least 1.
    let length: Int

    static let undecodable = UInt32.max

    /// - Precondition: `offset` < `bytes.count`.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let first = bytes[offset]
        switch first {
        case UInt8(ascii: "\\"): self.init(backslashes: bytes, at: offset)
        case UInt8(ascii: "&"): self.init(entity: bytes, at: offset, length: 1)
        case 0..<0x80: self.init(scalar: UInt32(first), length: 1)
        default: self.init(utf8: bytes, at: offset)
        }
    }

    init(scalar: UInt32, length: Int) {
        self.scalar = scalar
        self.length = length
    }

    private init(utf8 bytes: UnsafeRawBufferPointer, at offset: Int) {
        let first = bytes[offset]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, offset + length <= bytes.count else {
            self.init(scalar: SourceCharacter.undecodable, length: 1)
            return
        }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for byte in bytes[offset + 1..<offset + length] {
            guard byte & 0xC0 == 0x80 else {
                self.init(scalar: SourceCharacter.undecodable, length: 1)
                return
            }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        self.init(scalar: value, length: length)
    }

    /// A run of backslashes and what it escapes. Every depth of nesting doubles the backslashes, and a text may show an
    /// escape as text; a detector must see through all of them alike, so their number does not matter.
    private init(backslashes bytes: UnsafeRawBufferPointer, at offset: Int) {
        var letter = offset + 1
        while letter < bytes.count, bytes[letter] == UInt8(ascii: "\\") { letter += 1 }
        let length = letter - offset + 1
        switch letter < bytes.count ? bytes[letter] : 0 {
        case UInt8(ascii: "n"): self.init(scalar: 0x0A, length: length)
        case UInt8(ascii: "r"): self.init(scalar: 0x0D, length: length)
        case UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "f"): self.init(scalar: 0x20, length: length)
        case UInt8(ascii: "\""): self.init(scalar: 0x22, length: length)
        case UInt8(ascii: "/"): self.init(scalar: 0x2F, length: length)
        case UInt8(ascii: "u"): self.init(unicode: bytes, digits: letter + 1, from: offset)
        default: self.init(scalar: 0x5C, length: length - 1)
        }
    }

    /// `XXXX`, or `XXXX` and a further escape when it is the first half of a pair; `digits` is where the first X is.
    private init(unicode bytes: UnsafeRawBufferPointer, digits: Int, from offset: Int) {
        guard let value = SourceCharacter.number(bytes, digits, count: 4) else {
            self.init(scalar: 0x5C, length: digits - 1 - offset)
            return
        }
        let length = digits + 4 - offset
        if value == 0x26 {
            self.init(entity: bytes, at: offset, length: length)
            return
        }
        guard (0xD800...0xDFFF).contains(value) else {
            self.init(scalar: value, length: length)
            return
        }
        var second = digits + 4
        while second < bytes.count, bytes[second] == UInt8(ascii: "\\") { second += 1 }
        guard value < 0xDC00, second > digits + 4, second < bytes.count, bytes[second] == UInt8(ascii: "u"),
            let low = SourceCharacter.number(bytes, second + 1, count: 4), (0xDC00...0xDFFF).contains(low)
        else {
            self.init(scalar: SourceCharacter.undecodable, length: length)
            return
        }
        self.init(scalar: 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00), length: second + 5 - offset)
    }

    /// An ampersand of `length` bytes at `offset`, and the entity that it may begin.
    private init(entity bytes: UnsafeRawBufferPointer, at offset: Int, length: Int) {
        let name = offset + length
        if name < bytes.count, bytes[name] == UInt8(ascii: "#") {
            let reference = SourceCharacter.reference(bytes, name + 1)
            self.init(scalar: reference?.scalar ?? 0x26, length: reference.map { $0.end - offset } ?? length)
            return
        }
        // LIMIT: eight bytes between `&` and `;`, enough for every name read here.
        var end = name
        while end < bytes.count, end - name <= 8, bytes[end] != UInt8(ascii: ";") { end += 1 }
        guard end < bytes.count, end > name + 1, bytes[end] == UInt8(ascii: ";") else {
            self.init(scalar: 0x26, length: length)
            return
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes[name..<end])
        if let scalar = SourceCharacter.namedEntities.first(where: { $0.name.elementsEqual(text) })?.scalar {
            self.init(scalar: scalar, length: end + 1 - offset)
        } else {
            self.init(scalar: 0x26, length: length)
        }
    }

    /// LIMIT: zeros before the digits of a numeric reference.
    static let zerosLimit = 64

    /// What follows `&#`: any zeros, up to seven digits, and a semicolon that readers do not insist on (WHATWG HTML
    /// section 13.2.5.75).
    private static func reference(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> (scalar: UInt32, end: Int)? {
        guard start < bytes.count else { return nil }
        let isHexadecimal = bytes[start] | 0x20 == UInt8(ascii: "x")
        let first = isHexadecimal ? start + 1 : start
        var digits = first
        while digits < bytes.count, bytes[digits] == 0x30, digits - first < zerosLimit { digits += 1 }
        var end = digits
        var scalar: UInt32 = 0
        while end < bytes.count, let digit = hexadecimal(bytes[end]), isHexadecimal || digit < 10 {
            guard end - digits < 7 else { return nil }
            scalar = scalar * (isHexadecimal ? 16 : 10) + digit
            end += 1
        }
        guard end > first else { return nil }
        return (scalar, end < bytes.count && bytes[end] == UInt8(ascii: ";") ? end + 1 : end)
    }

    /// Those that separate or vanish; what stands for a letter or digit has a number.
    private static let namedEntities: [(name: [UInt8], scalar: UInt32)] = [
        (Array("nbsp".utf8), 0xA0), (Array("ensp".utf8), 0x2002), (Array("emsp".utf8), 0x2003),
        (Array("thinsp".utf8), 0x2009), (Array("shy".utf8), 0xAD), (Array("zwnj".utf8), 0x200C),
        (Array("zwj".utf8), 0x200D), (Array("ndash".utf8), 0x2013), (Array("mdash".utf8), 0x2014),
        (Array("amp".utf8), 0x26),
    ]

    static func number(_ bytes: UnsafeRawBufferPointer, _ start: Int, count: Int) -> UInt32? {
        guard (1...6).contains(count), start + count <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + count] {
            guard let digit = hexadecimal(byte) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }
}
