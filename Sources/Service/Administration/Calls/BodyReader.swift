internal import Bytes
internal import JSON
internal import Vocabulary

/// Typed access to one JSON object of a call's body, which fits its operation's schema. What does not become the value
/// that it stands for is an error with its path all the same.
struct BodyReader {
    let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    func path(_ name: StaticString) -> String { value.path.isEmpty ? "\(name)" : "\(value.path).\(name)" }

    private func field(_ name: StaticString) -> JSONValue? {
        guard let found = value[name], !found.isNull else { return nil }
        return found
    }

    func optionalText(_ name: StaticString) throws(Problem) -> String? {
        guard let found = field(name) else { return nil }
        guard let text = found.string else { throw .badField(path(name), "expected a text") }
        return text
    }

    func text(_ name: StaticString) throws(Problem) -> String {
        guard let text = try optionalText(name) else { throw .badField(path(name), "is missing") }
        return text
    }

    func optional<Value>(_ name: StaticString, _ expected: String, _ make: (String) -> Value?) throws(Problem)
        -> Value?
    {
        guard let text = try optionalText(name) else { return nil }
        guard let made = make(text) else { throw .badField(path(name), "expected \(expected)") }
        return made
    }

    func required<Value>(_ name: StaticString, _ expected: String, _ make: (String) -> Value?) throws(Problem) -> Value
    {
        guard let made = try optional(name, expected, make) else { throw .badField(path(name), "is missing") }
        return made
    }

    func id<Kind>(_ name: StaticString, of kind: Kind.Type = Kind.self) throws(Problem) -> Identifier<Kind> {
        try required(name, "the id of a \(Kind.noun)") { Identifier<Kind>($0) }
    }

    func optionalID<Kind>(_ name: StaticString, of kind: Kind.Type = Kind.self) throws(Problem) -> Identifier<Kind>? {
        try optional(name, "the id of a \(Kind.noun)") { Identifier<Kind>($0) }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: StaticString, _ type: Choice.Type = Choice.self
    ) throws(Problem) -> Choice? where Choice.RawValue == String {
        try optional(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")) { Choice(rawValue: $0) }
    }

    func instant(_ name: StaticString) throws(Problem) -> Instant? {
        try optional(name, "a time such as 2026-10-06T02:00:00Z") { Instant($0) }
    }

    func country(_ name: StaticString) throws(Problem) -> Country? {
        try optional(name, "a country as two capital letters") { Country($0) }
    }

    func flag(_ name: StaticString) throws(Problem) -> Bool? {
        guard let found = field(name) else { return nil }
        guard let flag = found.boolean else { throw .badField(path(name), "expected true or false") }
        return flag
    }

    func count(_ name: StaticString) throws(Problem) -> UInt64? {
        guard let found = field(name) else { return nil }
        guard let number = found.wholeNumber, number >= 0 else {
            throw .badField(path(name), "expected a whole number")
        }
        return UInt64(number)
    }

    /// Nil where the member is absent.
    func list<Value>(
        _ name: StaticString, _ expected: String, _ make: (String) -> Value?
    ) throws(Problem) -> [Value]? {
        guard let elements = try elements(name) else { return nil }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string, let made = make(text) else {
                throw .badField("\(path(name))[\(index)]", "expected \(expected)")
            }
            values.append(made)
        }
        return values
    }

    func objects(_ name: StaticString) throws(Problem) -> [BodyReader]? {
        try elements(name)?.map { BodyReader($0) }
    }

    func object(_ name: StaticString) throws(Problem) -> BodyReader {
        guard let found = field(name) else { throw .badField(path(name), "is missing") }
        return BodyReader(found)
    }

    private func elements(_ name: StaticString) throws(Problem) -> [JSONValue]? {
        guard let found = field(name) else { return nil }
        guard found.kind == .array else { throw .badField(path(name), "expected a list") }
        return Array(found.elements)
    }
}
