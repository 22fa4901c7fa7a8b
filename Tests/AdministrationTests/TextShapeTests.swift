// Proves that the pattern which the document gives for a kind of text accepts exactly what the check accepts.
import Testing
import Vocabulary

@testable import Administration

struct TextShapeTests {
    private static let shapes: [(name: String, shape: TextShape)] = [
        ("id", .id(PersonKind.self)), ("instant", .instant), ("date", .date), ("country", .country),
        ("digest", .digest), ("position", .position), ("reason", .reason), ("file name", .fileName),
        ("designation", .designation), ("word", .word), ("beginning", .beginning), ("reference", .reference),
        ("log", .log),
    ]

    /// Good ones of each kind, and some at or beyond their limits.
    private static let seeds: [String] =
        [
            "p-1", "a.b_c-d:e/f@g+h", "2026-10-06T02:00:00Z", "2000-02-29T23:59:59.123456789+14:00",
            "2026-10-06T02:00:00-23:59", "2026-12-31", "2096-02-29", "2100-01-01", "1999-12-31", "2026-02-29",
            "2026-04-31", "2026-10-06T24:00:00Z", "2026-10-06T02:00Z", "2026-10-06t02:00:00z", "2026-10-06 02:00:00Z",
            "HK", "hk", "00", "0a1b", "0A", "letter of counsel.pdf", "信.pdf", "a/b", "\u{1}", " ", "\t\n", "x ", "",
            "gw1-hk-2026", "gw1-hk-0026", "D-gw1-hk-2026-4K7-5F", "annex_a", "Zoë", "a,b", "\u{7F}", "🦊",
        ]
        + [
            ("aF", 32), ("0", 63), ("x", 128), ("x", 129), ("é", 100), ("é", 101), ("7", 1200), ("7", 1202),
            ("r", 2000),
            ("r", 2001), ("信", 255), ("信", 256),
        ].map { String(repeating: $0.0, count: $0.1) }

    /// The seeds, and each short one with one character taken out, doubled or changed.
    private static let texts: [String] = seeds.flatMap { seed -> [String] in
        let scalars = Array(seed.unicodeScalars)
        guard scalars.count < 64 else { return [seed] }
        var texts = [seed]
        for index in scalars.indices {
            for change in ["", "0", "Z", "-", " ", "\n", "/", "\(scalars[index])\(scalars[index])"] {
                var changed = String.UnicodeScalarView(scalars[..<index])
                changed.append(contentsOf: change.unicodeScalars)
                changed.append(contentsOf: scalars[(index + 1)...])
                texts.append(String(changed))
            }
        }
        return texts
    }

    @Test(arguments: shapes.map(\.name))
    func patternAndCheckAgree(name: String) throws {
        let shape = try #require(Self.shapes.first { $0.name == name }?.shape)
        let pattern = try Regex(shape.pattern).matchingSemantics(.unicodeScalar)
        var accepted = 0
        for text in Self.texts {
            let fits = shape.length?.contains(text.unicodeScalars.count) ?? true
            let isMatch = fits && text.firstMatch(of: pattern) != nil
            #expect(shape.accepts(text) == isMatch, "\(name): \(text.debugDescription)")
            if isMatch { accepted += 1 }
        }
        #expect(accepted > 0 && accepted < Self.texts.count)
    }
}
