/// A model's name as people, programs and newspapers spell it, folded so that every spelling of one model is the same
/// text. Policy sees the model, never the spelling.
///
/// Folding: full-width letters become ASCII; characters that do not show are dropped; letters become small; blanks,
/// dots, underscores, colons and all dashes become one hyphen; a path before the name (`anthropic/`) and a date or
/// `latest` behind it are dropped. What is left holds letters, digits and single hyphens.
package struct ModelName: Hashable, Sendable, CustomStringConvertible {
    /// LIMIT: bytes of a name in a request.
    package static let maximumBytes = 256

    package let folded: String
    package var description: String { folded }

    /// Nil for a name that is empty, too long, or holds a character that no model's name has. A look-alike from another
    /// script is such a character: it names nothing.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= ModelName.maximumBytes else { return nil }
        var name: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch ModelName.fold(scalar) {
            case .byte(let byte): name.append(byte)
            case .nothing: break
            case .foreign: return nil
            }
        }
        let last = name.split(separator: 0x2F).last { segment in segment.contains { $0 != 0x2D } } ?? []
        var words = last.split(separator: 0x2D).map { Array($0) }
        ModelName.dropDate(&words)
        guard !words.isEmpty else { return nil }
        folded = String(decoding: Array(words.joined(separator: [0x2D])), as: UTF8.self)
    }

    private enum Folded {
        case byte(UInt8)
        case nothing
        case foreign
    }

    private static func fold(_ scalar: Unicode.Scalar) -> Folded {
        var value = scalar.value
        // Full-width forms of U+0021 to U+007E, in the same order.
        if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
        switch value {
        case 0x30...0x39, 0x61...0x7A: return .byte(UInt8(value))
        case 0x41...0x5A: return .byte(UInt8(value + 0x20))
        case 0x2F: return .byte(0x2F)
        // Blanks and line ends, `.`, `_`, `-`, `:`, `@`, and the dashes and blanks of Unicode.
        case 0x09, 0x0A, 0x0D, 0x20, 0x2D, 0x2E, 0x3A, 0x40, 0x5F, 0xA0, 0x2000...0x200A, 0x2010...0x2015, 0x202F,
            0x205F, 0x2212, 0x3000, 0xFE58, 0xFE63, 0xFF61, 0x00B7:
            return .byte(0x2D)
        // Soft hyphen, joiners, zero-width blanks, direction marks, variation selectors, tags: nothing that shows.
        case 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x202A...0x202E,
            0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xE0000...0xE0FFF:
            return .nothing
        default: return .foreign
        }
    }

    /// `20260115`, `2026-01-15` or `latest` at the end name a dated copy of the same model.
    private static func dropDate(_ words: inout [[UInt8]]) {
        if words.count > 1, words.last == Array("latest".utf8) {
            words.removeLast()
        } else if words.count > 1, let last = words.last, last.count == 8, isDate(last) {
            words.removeLast()
        } else if words.count > 3, words.suffix(3).map(\.count) == [4, 2, 2], isDate(Array(words.suffix(3).joined())) {
            words.removeLast(3)
        }
    }

    private static func isDate(_ digits: [UInt8]) -> Bool {
        guard digits.count == 8, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        return (2000...2099).contains(number(0..<4)) && (1...12).contains(number(4..<6))
            && (1...31).contains(number(6..<8))
    }
}
