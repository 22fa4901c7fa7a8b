/// The text of a window, read at any place: outside it there is only white space.
///
/// Lives inside `TextWindow.withText` only.
struct FoldedText {
    private let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var count: Int { bytes.count }

    subscript(index: Int) -> UInt8 { index >= 0 && index < count ? bytes[index] : 0x20 }

    func isDigit(_ index: Int) -> Bool { (0x30...0x39).contains(self[index]) }
    func isLetter(_ index: Int) -> Bool { (0x61...0x7A).contains(self[index] | 0x20) }
    func isAlphanumeric(_ index: Int) -> Bool { isDigit(index) || isLetter(index) }
    /// The letter or digit with letters in upper case.
    func upper(_ index: Int) -> UInt8 { isLetter(index) ? self[index] & 0xDF : self[index] }

    /// The white space or punctuation that people and forms set between the groups of a number, from `index` on: up to
    /// four characters. Empty when there is none, or more.
    func separator(at index: Int) -> Range<Int> {
        var end = index
        while end - index <= FoldedText.separatorLimit, FoldedText.separates(self[end]), end < count { end += 1 }
        return end - index <= FoldedText.separatorLimit ? index..<end : index..<index
    }

    /// The same, up to `end`.
    func separator(before end: Int) -> Range<Int> {
        var start = end
        while end - start <= FoldedText.separatorLimit, FoldedText.separates(self[start - 1]), start > 0 { start -= 1 }
        return end - start <= FoldedText.separatorLimit ? start..<end : end..<end
    }

    /// Whether the separator is one that stands between the entries of a list or the columns of a table as well.
    func lists(_ separator: Range<Int>) -> Bool { separator.contains { FoldedText.listing.contains(self[$0]) } }

    /// LIMIT: characters between two groups of a number.
    private static let separatorLimit = 4
    private static let listing = Array(",|_+".utf8)

    private static func separates(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "/") || listing.contains(byte)
    }

    /// Whether at most `limit` characters lie between two indices, in this order or not.
    func isWithin(_ limit: Int, from start: Int, to end: Int) -> Bool {
        let length = end - start
        if length <= limit { return true }
        // Characters take four bytes at most.
        guard length <= 4 * limit else { return false }
        return bytes[start..<end].count { $0 & 0xC0 != 0x80 } <= limit
    }
}
