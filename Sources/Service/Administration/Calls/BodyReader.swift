internal import Bytes
internal import JSON
internal import Vocabulary

/// Typed access to one JSON object of a call's body. A member of the wrong kind, or one that the call does not know, is
/// an error with its path.
struct BodyReader {
    let value: JSONValue

    init(_ value: JSONValue, knows: [StaticString]) throws(APIError) {
        guard value.kind == .object else { throw .badField(BodyReader.name(value), "expected an object") }
        self.value = value
        for member in value.members where !knows.contains(where: { member.key.reads(as: $0) }) {
            throw .badField(
                BodyReader.name(member.value),
                "is not known here; known are \(knows.map(\.description).joined(separator: ", "))")
        }
    }

    init(body: [UInt8], knows: [StaticString]) throws(APIError) {
        try self.init(try BodyReader.parse(body), knows: knows)
    }

    static func parse(_ body: [UInt8]) throws(APIError) -> JSONValue {
        var parser = JSONParser()
        do throws(JSONError) { return try parser.parse(body.isEmpty ? Array("{}".utf8) : body).root } catch {
            throw APIError(400, "bad_json", "the body is not JSON: \(error)")
        }
    }

    private static func name(_ value: JSONValue) -> String { value.path.isEmpty ? "body" : value.path }

    func path(_ name: StaticString) -> String { value.path.isEmpty ? "\(name)" : "\(value.path).\(name)" }

    private func field(_ name: StaticString) -> JSONValue? {
        guard let found = value[name], !found.isNull else { return nil }
        return found
    }

    func optionalText(_ name: StaticString) throws(APIError) -> String? {
        guard let found = field(name) else { return nil }
        guard let text = found.string else { throw .badField(path(name), "expected a text") }
        return text
    }

    func text(_ name: StaticString) throws(APIError) -> String {
        guard let text = try optionalText(name) else { throw .badField(path(name), "is missing") }
        return text
    }

    func optional<Value>(_ name: StaticString, _ expected: String, _ make: (String) -> Value?) throws(APIError)
        -> Value?
    {
        guard let text = try optionalText(name) else { return nil }
        guard let made = make(text) else { throw .badField(path(name), "expected \(expected)") }
        return made
    }

    func required<Value>(_ name: StaticString, _ expected: String, _ make: (String) -> Value?) throws(APIError) -> Value
    {
        guard let made = try optional(name, expected, make) else { throw .badField(path(name), "is missing") }
        return made
    }

    func id<Kind>(_ name: StaticString, of kind: Kind.Type = Kind.self) throws(APIError) -> Identifier<Kind> {
        try required(name, "the id of a \(Kind.noun)") { Identifier<Kind>($0) }
    }

    func optionalID<Kind>(_ name: StaticString, of kind: Kind.Type = Kind.self) throws(APIError) -> Identifier<Kind>? {
        try optional(name, "the id of a \(Kind.noun)") { Identifier<Kind>($0) }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: StaticString, _ type: Choice.Type = Choice.self
    ) throws(APIError) -> Choice? where Choice.RawValue == String {
        try optional(name, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")) { Choice(rawValue: $0) }
    }

    func instant(_ name: StaticString) throws(APIError) -> Instant? {
        try optional(name, "a time such as 2026-10-06T02:00:00Z") { Instant($0) }
    }

    func country(_ name: StaticString) throws(APIError) -> Country? {
        try optional(name, "a country as two capital letters") { Country($0) }
    }

    func flag(_ name: StaticString) throws(APIError) -> Bool? {
        guard let found = field(name) else { return nil }
        guard let flag = found.boolean else { throw .badField(path(name), "expected true or false") }
        return flag
    }

    func count(_ name: StaticString) throws(APIError) -> UInt64? {
        guard let found = field(name) else { return nil }
        guard let number = found.integer, number >= 0 else { throw .badField(path(name), "expected a whole number") }
        return UInt64(number)
    }

    /// Nil where the member is absent.
    func list<Value>(
        _ name: StaticString, _ expected: String, limit: Int = 10_000, _ make: (String) -> Value?
    ) throws(APIError) -> [Value]? {
        guard let elements = try elements(name, limit: limit) else { return nil }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string, let made = make(text) else {
                throw .badField("\(path(name))[\(index)]", "expected \(expected)")
            }
            values.append(made)
        }
        return values
    }

    func objects(_ name: StaticString, limit: Int, knows: [StaticString]) throws(APIError) -> [BodyReader]? {
        guard let elements = try elements(name, limit: limit) else { return nil }
        var readers: [BodyReader] = []
        for element in elements { readers.append(try BodyReader(element, knows: knows)) }
        return readers
    }

    func object(_ name: StaticString, knows: [StaticString]) throws(APIError) -> BodyReader {
        guard let found = field(name) else { throw .badField(path(name), "is missing") }
        return try BodyReader(found, knows: knows)
    }

    private func elements(_ name: StaticString, limit: Int) throws(APIError) -> [JSONValue]? {
        guard let found = field(name) else { return nil }
        guard found.kind == .array else { throw .badField(path(name), "expected a list") }
        let elements = Array(found.elements)
        guard elements.count <= limit else {
            throw .badField(path(name), "has \(elements.count) entries; at most \(limit) go at once")
        }
        return elements
    }
}
