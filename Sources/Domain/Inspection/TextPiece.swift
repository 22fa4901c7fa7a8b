/// One readable stretch of an input: the bytes between the quotes of a JSON string, or a whole file.
package struct TextPiece: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        case text
        /// The key of an object. It cannot be redacted, since two redacted keys would be one.
        case key
        /// The token of a JSON number. Its redaction is a string.
        case number
    }

    package var range: Range<Int>
    /// The key that the text is the value of, if any: `card_number` says what the digits are.
    package var label: Range<Int>?
    package var kind: Kind

    package init(range: Range<Int>, label: Range<Int>? = nil, kind: Kind = .text) {
        self.range = range
        self.label = label
        self.kind = kind
    }
}
