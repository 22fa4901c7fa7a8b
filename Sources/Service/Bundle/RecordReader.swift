internal import Vocabulary
internal import YAML

/// Reads one mapping of a bundle file, key by key. Every fault is collected with its place; what could be read is
/// handed back, so that one wrong word does not hide the next.
struct RecordReader {
    let file: String
    let node: YAMLNode
    let faults: FaultList
    private var entries: [String: (key: YAMLNode, value: YAMLNode)] = [:]
    private var taken: Set<String> = []
    /// Every key that was asked for, for the message about unknown ones.
    private var known: [String] = []

    /// Nil, with a fault, for a node that is no mapping.
    init?(_ node: YAMLNode, _ file: String, _ faults: FaultList, expected: String) {
        guard let pairs = node.entries else {
            faults.add(file, node.position, "expected \(expected) as a mapping, found \(node.shown)")
            return nil
        }
        self.node = node
        self.file = file
        self.faults = faults
        for pair in pairs { if let key = pair.key.text { entries[key] = pair } }
    }

    func fail(_ position: YAMLPosition, _ message: String) { faults.add(file, position, message) }

    /// The text under `id`, whether or not it is one.
    var idText: String? { entries["id"]?.value.text }

    func has(_ key: String) -> Bool { entries[key] != nil }

    /// Where the value of a key stands, or the record itself.
    func position(of key: String) -> YAMLPosition { entries[key]?.value.position ?? node.position }

    /// All keys in the order of the file; for mappings whose keys are data.
    var pairs: [(key: YAMLNode, value: YAMLNode)] { node.entries ?? [] }

    mutating func optional(_ key: String) -> YAMLNode? {
        if taken.insert(key).inserted { known.append(key) }
        return entries[key]?.value
    }

    mutating func required(_ key: String, _ expected: String) -> YAMLNode? {
        guard let node = optional(key) else {
            fail(self.node.position, "`\(key)` is missing: add \(expected)")
            return nil
        }
        return node
    }

    /// Reports every key that nobody asked for.
    func finish() {
        for (key, pair) in entries where !taken.contains(key) {
            let near = Suggestion.nearest(to: key, among: known).map { ": did you mean `\($0)`?" }
            fail(
                pair.key.position,
                "unknown key `\(key)`" + (near ?? ", expected one of " + known.joined(separator: ", ")))
        }
    }
}

// Values by key. Nil means that a fault was reported, or for `optional…` that there was nothing.
extension RecordReader {
    mutating func text(_ key: String, _ expected: String = "a text") -> String? {
        required(key, expected).flatMap { text($0, key, expected) }
    }

    mutating func optionalText(_ key: String) -> String? { optional(key).flatMap { text($0, key, "a text") } }

    func text(_ node: YAMLNode, _ name: String, _ expected: String) -> String? {
        guard let text = node.text, !text.isEmpty else {
            fail(node.position, "`\(name)`: expected \(expected), found \(node.shown)")
            return nil
        }
        return text
    }

    mutating func identifier<Kind>(_ key: String, of kind: Kind.Type = Kind.self) -> Identifier<Kind>? {
        required(key, "the id of a \(Kind.noun)").flatMap { identifier($0, key) }
    }

    mutating func optionalIdentifier<Kind>(_ key: String, of kind: Kind.Type = Kind.self) -> Identifier<Kind>? {
        optional(key).flatMap { identifier($0, key) }
    }

    func identifier<Kind>(_ node: YAMLNode, _ name: String) -> Identifier<Kind>? {
        guard let text = node.text, let id = Identifier<Kind>(text) else {
            fail(
                node.position,
                "`\(name)`: expected the id of a \(Kind.noun) (1 to 128 letters, digits and ._-:/@+), found \(node.shown)"
            )
            return nil
        }
        return id
    }

    mutating func identifiers<Kind>(_ key: String, of kind: Kind.Type = Kind.self) -> [Identifier<Kind>] {
        list(key).compactMap { identifier($0, key) }
    }

    mutating func texts(_ key: String) -> [String] { list(key).compactMap { text($0, key, "texts") } }

    /// The items of a list; empty for a key that is not there.
    mutating func list(_ key: String) -> [YAMLNode] {
        guard let node = optional(key) else { return [] }
        guard let items = node.items else {
            fail(node.position, "`\(key)`: expected a list, found \(node.shown)")
            return []
        }
        return items
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        required(key, Choice.listed).flatMap { choice($0, key) }
    }

    mutating func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) -> Choice? where Choice.RawValue == String {
        optional(key).flatMap { choice($0, key) }
    }

    mutating func choices<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) -> [Choice] where Choice.RawValue == String {
        list(key).compactMap { choice($0, key) }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, _ name: String
    ) -> Choice? where Choice.RawValue == String {
        if let text = node.text, let choice = Choice(rawValue: text) { return choice }
        let near = node.text.flatMap { Suggestion.nearest(to: $0, among: Choice.allCases.map(\.rawValue)) }
        fail(
            node.position,
            "`\(name)`: expected \(Choice.listed), found \(node.shown)" + (near.map { ": did you mean `\($0)`?" } ?? "")
        )
        return nil
    }

    mutating func bool(_ key: String) -> Bool? {
        required(key, "true or false").flatMap { bool($0, key) }
    }

    mutating func optionalBool(_ key: String) -> Bool? { optional(key).flatMap { bool($0, key) } }

    func bool(_ node: YAMLNode, _ name: String) -> Bool? {
        guard let value = node.bool else {
            fail(node.position, "`\(name)`: expected true or false, found \(node.shown)")
            return nil
        }
        return value
    }

    /// `true`, `false` or `unknown`; a key that is not there is unknown.
    mutating func answer(_ key: String) -> Answer {
        guard let node = optional(key) else { return .unknown }
        if node.text == Answer.unknown.rawValue { return .unknown }
        guard let value = node.bool else {
            fail(node.position, "`\(key)`: expected true, false or unknown, found \(node.shown)")
            return .unknown
        }
        return Answer(value)
    }

    mutating func integer(_ key: String, _ range: ClosedRange<Int>, default standard: Int? = nil) -> Int? {
        if !has(key), let standard {
            _ = optional(key)
            return standard
        }
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let node = required(key, expected) else { return nil }
        guard let number = node.integer, range.contains(number) else {
            fail(node.position, "`\(key)`: expected \(expected), found \(node.shown)")
            return nil
        }
        return number
    }

    mutating func country(_ key: String) -> Country? {
        required(key, "a country as two capital letters").flatMap { country($0, key) }
    }

    mutating func optionalCountry(_ key: String) -> Country? { optional(key).flatMap { country($0, key) } }

    func country(_ node: YAMLNode, _ name: String) -> Country? {
        guard let text = node.text, let country = Country(text) else {
            fail(node.position, "`\(name)`: expected a country as two capital letters (ISO 3166), found \(node.shown)")
            return nil
        }
        return country
    }

    mutating func instant(_ key: String) -> Instant? {
        optional(key).flatMap { instant($0, key) }
    }

    /// RFC 3339, or a day, which begins at midnight UTC.
    func instant(_ node: YAMLNode, _ name: String) -> Instant? {
        if let text = node.text {
            if let instant = Instant(text) { return instant }
            if text.utf8.count == 10, let day = LocalTime(text)?.secondsAsUTC,
                day.magnitude < UInt64(Int64.max / 1_000_000_000)
            {
                return Instant(seconds: day)
            }
        }
        fail(
            node.position,
            "`\(name)`: expected an instant such as 2026-06-18T09:00:00Z or a day, found \(node.shown)")
        return nil
    }

    mutating func localized(_ key: String) -> LocalizedText? {
        required(key, "a mapping of languages to texts, with `en`").flatMap { localized($0, key) }
    }

    /// `{en: …, zh-Hant: …}`, or a bare text in English.
    func localized(_ node: YAMLNode, _ name: String) -> LocalizedText? {
        if let text = node.text, !text.isEmpty { return LocalizedText(text) }
        guard let pairs = node.entries else {
            fail(node.position, "`\(name)`: expected a text or a mapping of languages to texts, found \(node.shown)")
            return nil
        }
        var texts: [String: String] = [:]
        for pair in pairs {
            guard let language = pair.key.text, RecordReader.isLanguage(language) else {
                fail(
                    pair.key.position,
                    "`\(name)`: expected a language tag such as en or zh-Hant, found \(pair.key.shown)")
                continue
            }
            if let text = text(pair.value, "\(name).\(language)", "a text") { texts[language] = text }
        }
        guard let english = texts.removeValue(forKey: "en") else {
            fail(node.position, "`\(name)`: the English text (`en`) is missing")
            return nil
        }
        return LocalizedText(english, others: texts)
    }

    /// BCP 47 in outline: letters and digits in groups of 2 to 8, with hyphens.
    private static func isLanguage(_ text: String) -> Bool {
        text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false).allSatisfy { part in
            (2...8).contains(part.count)
                && part.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                }
        }
    }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    /// `one of a, b, c`.
    static var listed: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
}
