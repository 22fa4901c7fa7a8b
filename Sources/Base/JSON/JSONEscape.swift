internal import Glibc

/// The escapes of a JSON string (RFC 8259 section 7).
package enum JSONEscape {
    /// The first backslash from the one at `first` on that begins no escape, or begins half of a surrogate pair.
    static func firstFault(
        in text: UnsafeRawBufferPointer, from first: Int
    ) -> (fault: JSONError.Fault, offset: Int)? {
        var next: Int? = first
        while let index = next {
            guard index + 1 < text.count else { return (.badEscape, index) }
            if text[index + 1] == UInt8(ascii: "u") {
                guard let (_, length) = unicode(text, index) else {
                    return (hexadecimal(text, index + 2) == nil ? .badEscape : .loneSurrogate, index)
                }
                next = backslash(in: text, from: index + length)
            } else {
                guard simple(text[index + 1]) != nil else { return (.badEscape, index) }
                next = backslash(in: text, from: index + 2)
            }
        }
        return nil
    }

    /// Offset of the first backslash at or after `start`; strings are long and escapes few.
    static func backslash(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < text.count, let base = text.baseAddress,
            let found = memchr(base + start, 0x5C, text.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// The character of the `\uXXXX` or `\uXXXX\uXXXX` at `index` and the bytes it takes; nil for a lone surrogate and
    /// for bad digits.
    static func unicode(_ text: UnsafeRawBufferPointer, _ index: Int) -> (scalar: UInt32, length: Int)? {
        guard let first = hexadecimal(text, index + 2) else { return nil }
        guard (0xD800...0xDFFF).contains(first) else { return (first, 6) }
        guard first < 0xDC00, index + 12 <= text.count, text[index + 6] == UInt8(ascii: "\\"),
            text[index + 7] == UInt8(ascii: "u"), let second = hexadecimal(text, index + 8),
            (0xDC00...0xDFFF).contains(second)
        else { return nil }
        return (0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), 12)
    }

    /// What stands for the letter after a backslash; nil for `u` and for what is no escape.
    static func simple(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The value of four hexadecimal digits.
    package static func hexadecimal(_ text: UnsafeRawBufferPointer, _ index: Int) -> UInt32? {
        guard index >= 0, index + 4 <= text.count else { return nil }
        var value: UInt32 = 0
        for byte in text[index..<index + 4] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }

    /// Appends the text of a raw string. What is no escape, which a scanned string cannot hold, stays as it is.
    static func decode(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
        var reader = Reader(text)
        while let byte = reader.next() { bytes.append(byte) }
    }

    /// Whether a raw string says `plain`, which knows no escapes.
    static func decodes(_ text: UnsafeRawBufferPointer, to plain: UnsafeRawBufferPointer) -> Bool {
        var reader = Reader(text)
        for byte in plain where reader.next() != byte { return false }
        return reader.next() == nil
    }

    /// Whether two raw strings say the same, and which sorts first.
    static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        var left = Reader(left)
        var right = Reader(right)
        while true {
            switch (left.next(), right.next()) {
            case (nil, nil): return 0
            case (nil, _): return -1
            case (_, nil): return 1
            case (let one?, let other?) where one != other: return one < other ? -1 : 1
            default: continue
            }
        }
    }

    /// The UTF-8 bytes of a raw string, one by one.
    struct Reader: IteratorProtocol {
        private let text: UnsafeRawBufferPointer
        private var index = 0
        /// Bytes of a `\u` escape still to give, the next one lowest.
        private var pending: UInt32 = 0

        init(_ text: UnsafeRawBufferPointer) { self.text = text }

        mutating func next() -> UInt8? {
            if pending != 0 {
                defer { pending >>= 8 }
                return UInt8(truncatingIfNeeded: pending)
            }
            guard index < text.count else { return nil }
            let byte = text[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < text.count else {
                index += 1
                return byte
            }
            if let plain = JSONEscape.simple(text[index + 1]) {
                index += 2
                return plain
            }
            guard let (value, length) = JSONEscape.unicode(text, index), let scalar = Unicode.Scalar(value) else {
                index += 1
                return byte
            }
            index += length
            var shift: UInt32 = 0
            for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                pending |= UInt32(unit) << shift
                shift += 8
            }
            defer { pending >>= 8 }
            return UInt8(truncatingIfNeeded: pending)
        }
    }
}
