/// Crockford's base 32: what people read aloud and type. No I, L, O or U in the output; I and L read as 1, O as 0,
/// case does not matter.
package enum Base32 {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Most significant digit first, without leading zeros ("0" for zero).
    package static func encode(_ number: UInt64) -> String {
        var digits: [UInt8] = []
        append(number, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// The digits of `encode`, behind what is there.
    package static func append(_ number: UInt64, to text: inout [UInt8]) {
        let significant = max(64 - number.leadingZeroBitCount, 1)
        for shift in stride(from: (significant - 1) / 5 * 5, through: 0, by: -5) {
            text.append(alphabet[Int(number >> UInt64(shift) & 31)])
        }
    }

    /// Nil for an empty text, a letter outside the alphabet, or a value beyond 64 bits.
    package static func decode(_ text: some StringProtocol) -> UInt64? {
        guard !text.isEmpty else { return nil }
        var number: UInt64 = 0
        for byte in text.utf8 {
            guard let digit = value(byte), number >> 59 == 0 else { return nil }
            number = number << 5 | UInt64(digit)
        }
        return number
    }

    /// Five bits a digit from the first bit on; the last digit is filled with zero bits.
    package static func encode(bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity((bytes.count * 8 + 4) / 5)
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                digits.append(alphabet[Int(bits >> count & 31)])
            }
            bits &= (1 << count) - 1
        }
        if count > 0 { digits.append(alphabet[Int(bits << (5 - count) & 31)]) }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        let upper = digit >= 0x61 && digit <= 0x7A ? digit - 0x20 : digit
        switch upper {
        case 0x4F: return 0
        case 0x49, 0x4C: return 1
        default: return alphabet.firstIndex(of: upper).map { UInt8($0) }
        }
    }
}
