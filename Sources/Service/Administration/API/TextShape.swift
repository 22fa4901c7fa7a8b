internal import Bytes
internal import Vocabulary

/// A kind of text that a field may hold. The document gives its pattern, the check asks `accepts`; `TextShapeTests`
/// hold the two together.
struct TextShape: Sendable {
    /// What is expected, for whoever sent something else: "the id of a person".
    let expected: String
    /// ECMA 262, as JSON Schema wants it.
    let pattern: String
    let format: String?
    /// In code points, where the pattern does not say it.
    let length: ClosedRange<Int>?
    let accepts: @Sendable (String) -> Bool

    init(
        _ expected: String, pattern: String, format: String? = nil, length: ClosedRange<Int>? = nil,
        accepts: @escaping @Sendable (String) -> Bool
    ) {
        self.expected = expected
        self.pattern = pattern
        self.format = format
        self.length = length
        self.accepts = accepts
    }

    static func id<Kind: IdentifierKind>(_ kind: Kind.Type) -> TextShape {
        TextShape("the id of a \(Kind.noun)", pattern: "^[0-9A-Za-z._:/@+-]{1,128}$") { text in
            // All kinds are of one shape.
            Identifier<PersonKind>(text) != nil
        }
    }

    /// LIMIT: times in calls lie in 2000 to 2099, with whole seconds and a zone, so that what is written fits every
    /// clock that will read it.
    static let instant = TextShape(
        "a time such as 2026-10-06T02:00:00Z",
        pattern: "^" + calendarDay + "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?"
            + "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$", format: "date-time"
    ) { text in
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.starts(with: "20".utf8), bytes[10] == UInt8(ascii: "T"),
            bytes[16] == UInt8(ascii: ":"), bytes.last != UInt8(ascii: "z")
        else { return false }
        return Instant(text) != nil
    }

    /// LIMIT: days in calls lie in 2000 to 2099.
    static let date = TextShape("a date such as 2026-01-01", pattern: "^" + calendarDay + "$", format: "date") { text in
        text.utf8.count == 10 && text.utf8.starts(with: "20".utf8) && Instant(text + "T00:00:00Z") != nil
    }

    /// The days that there are from 2000 to 2099; 29 February in each fourth year.
    private static let calendarDay =
        "(20[0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
        + "|02-(0[1-9]|1[0-9]|2[0-8]))|20([02468][048]|[13579][26])-02-29)"

    static let country = TextShape("a country as two capital letters", pattern: "^[A-Z]{2}$") { Country($0) != nil }

    static let digest = TextShape("64 hexadecimal digits", pattern: "^[0-9A-Fa-f]{64}$") { text in
        Hex.decode(text)?.count == 32
    }

    /// Where a page begins: the bytes of the last key before it, in hexadecimal. Any of them is a place.
    static let position = TextShape(
        "the `next` of an earlier answer", pattern: "^([0-9a-f]{2}){1,600}$"
    ) { text in
        guard let bytes = Hex.decode(text), (1...600).contains(bytes.count) else { return false }
        return Hex.encode(bytes) == text
    }

    /// What is said in one line: at least one character that is not a blank.
    static let reason = TextShape(
        "1 to 2000 characters, not all of them blanks", pattern: "[^\\u0000-\\u0020]", length: 1...2000
    ) { text in
        (1...2000).contains(text.unicodeScalars.count) && text.utf8.contains { $0 > 0x20 }
    }

    static let fileName = TextShape(
        "the name of a file: 1 to 255 characters without `/` and control characters",
        pattern: "^[^\\u0000-\\u001f/]{1,255}$"
    ) { text in
        (1...255).contains(text.unicodeScalars.count) && !text.utf8.contains { $0 < 0x20 || $0 == 0x2F }
    }

    /// Kept in a list with commas between.
    static let designation = TextShape(
        "a name of 1 to 128 characters without commas", pattern: "^[^,]{1,128}$"
    ) { text in
        (1...128).contains(text.unicodeScalars.count) && !text.utf8.contains(0x2C)
    }

    static let word = TextShape("1 to 64 small letters, digits and `_`", pattern: "^[0-9a-z_]{1,64}$") { text in
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F }
    }

    /// Of a name. A URL holds no control characters, encoded ones neither.
    static let beginning = TextShape(
        "1 to 100 characters without control characters", pattern: "^[^\\u0000-\\u001f\\u007f]{1,100}$"
    ) { text in
        (1...100).contains(text.unicodeScalars.count) && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }

    static let reference = TextShape(
        "a `portcullis-ref`, such as D-gw1-hk-2026-4K7-5F", pattern: "^[0-9A-Za-z-]{1,128}$"
    ) { text in
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
                default: false
                }
            }
    }

    static let log = TextShape(
        "a log such as gw1-hk-2026", pattern: "^[0-9a-z]{1,16}-[0-9a-z]{1,16}-[1-9][0-9]{3}$"
    ) { LogName($0) != nil }
}
