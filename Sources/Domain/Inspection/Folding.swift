/// Characters that look or act alike made one: what Unicode's compatibility decomposition (UAX #15, NFKC) does for
/// digits and letters, and what a reader does not see at all taken out. Enough for numbers, which is why the whole of
/// NFKC with its tables is not needed.
enum Folding {
    /// Whether a byte can be taken as it is without looking at the character it belongs to: printable ASCII that begins
    /// no escape or entity, and every part of a character that `fold` leaves alone. A lead byte is not plain when any
    /// character that begins with it folds.
    static let isPlain: [Bool] = (0...255).map { byte in
        switch UInt8(byte) {
        case 0..<0x20, UInt8(ascii: "&"), UInt8(ascii: "\\"), 0x7F: false
        case 0xC2, 0xCB, 0xCC, 0xCD, 0xD8, 0xD9, 0xDB, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3, 0xEA, 0xEF, 0xF0, 0xF3: false
        default: true
        }
    }

    /// The same where percent-encoding is read, too.
    static let isPlainButPercent: [Bool] = isPlain.enumerated().map { $1 && $0 != 0x25 }

    /// The character to look at in place of `scalar`; nil for one that is invisible or only marks its neighbour.
    static func fold(_ scalar: UInt32) -> UInt32? {
        if scalar < 0x80 { return control(scalar) }
        if scalar < 0x2000 { return latin(scalar) }
        if scalar < 0x2070 { return punctuation(scalar) }
        switch scalar {
        case 0x2070, 0x2074...0x2079: return 0x30 + scalar - 0x2070
        case 0x2080...0x2089: return 0x30 + scalar - 0x2080
        case 0x20D0...0x20FF: return nil
        case 0x2212, 0x2043, 0xFE58, 0xFE63: return 0x2D
        case 0x2460...0x2468: return 0x31 + scalar - 0x2460
        case 0x24B6...0x24CF: return 0x41 + scalar - 0x24B6
        case 0x24D0...0x24E9: return 0x61 + scalar - 0x24D0
        case 0x24EA, 0x24FF: return 0x30
        case 0x2776...0x277E: return 0x31 + scalar - 0x2776
        case 0x2780...0x2788: return 0x31 + scalar - 0x2780
        case 0x278A...0x2792: return 0x31 + scalar - 0x278A
        case 0x3000: return 0x20
        case 0x3164, 0xFFA0, 0xFE00...0xFE0F, 0xFEFF, 0xFFF9...0xFFFB: return nil
        case 0xFF01...0xFF5E: return scalar - 0xFF01 + 0x21
        case 0x1D400...0x1D6A3:
            let letter = (scalar - 0x1D400) % 52
            return letter < 26 ? 0x41 + letter : 0x61 + letter - 26
        case 0xE0000...0xE0FFF: return nil
        // Han, Kana and Hangul, which have no digits of their own: most of what comes here.
        case 0x3001..<0xA620, 0xAC00..<0xFE00: return scalar
        default: return digit(scalar) ?? scalar
        }
    }

    /// The decimal digit of any script that `scalar` is (general category Nd, Unicode 17).
    private static func digit(_ scalar: UInt32) -> UInt32? {
        var low = 0
        var high = zeros.count
        while low < high {
            let middle = (low + high) / 2
            if zeros[middle] <= scalar { low = middle + 1 } else { high = middle }
        }
        guard low > 0, scalar - zeros[low - 1] < 10 else { return nil }
        return 0x30 + scalar - zeros[low - 1]
    }

    /// Each script's zero, which its other nine digits follow; sorted.
    private static let zeros: [UInt32] = [
        0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
        0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
        0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0,
        0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50,
        0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8,
        0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
    ]

    private static func control(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x20..<0x7F, 0x0A, 0x0D: scalar
        case 0x09, 0x0B, 0x0C: 0x20
        default: nil
        }
    }

    private static func latin(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x85: 0x0A
        case 0xA0, 0x1680: 0x20
        case 0xAD, 0x0300...0x036F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F: nil
        case 0xB2, 0xB3: 0x30 + scalar - 0xB0
        case 0xB7: 0x2E
        case 0xB9: 0x31
        case 0x2D7: 0x2D
        default: digit(scalar) ?? scalar
        }
    }

    private static func punctuation(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x2000...0x200A, 0x202F, 0x205F: 0x20
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F: nil
        case 0x2010...0x2015: 0x2D
        case 0x2024: 0x2E
        case 0x2028, 0x2029: 0x0A
        case 0x2044: 0x2F
        default: scalar
        }
    }
}
