internal import JSON
internal import Vocabulary

/// Typed access to one JSON object of a case. A field of the wrong kind is an error with its path; fields that the
/// format does not know are not decision inputs and are left alone.
struct CaseReader {
    let value: JSONValue

    init(_ value: JSONValue) throws(DecisionCasesError) {
        guard value.kind == .object else { throw DecisionCasesError(value.path, "expected an object") }
        self.value = value
    }

    /// Nil for a field that is absent; a field that is null is there.
    func field(_ name: StaticString) -> JSONValue? { value[name] }

    func path(_ name: StaticString) -> String { value.path.isEmpty ? "\(name)" : value.path + ".\(name)" }

    func required(_ name: StaticString) throws(DecisionCasesError) -> JSONValue {
        guard let found = field(name) else { throw DecisionCasesError(path(name), "is missing") }
        return found
    }

    func text(_ name: StaticString) throws(DecisionCasesError) -> String {
        try CaseReader.text(try required(name))
    }

    func optionalText(_ name: StaticString) throws(DecisionCasesError) -> String? {
        guard let found = field(name), !found.isNull else { return nil }
        return try CaseReader.text(found)
    }

    func texts(_ name: StaticString) throws(DecisionCasesError) -> [String]? {
        guard let found = field(name), !found.isNull else { return nil }
        guard found.kind == .array else { throw DecisionCasesError(found.path, "expected a list") }
        var texts: [String] = []
        for element in found.elements { texts.append(try CaseReader.text(element)) }
        return texts
    }

    func bool(_ name: StaticString) throws(DecisionCasesError) -> Bool? {
        guard let found = field(name), !found.isNull else { return nil }
        guard let value = found.boolean else { throw DecisionCasesError(found.path, "expected true or false") }
        return value
    }

    func integer(_ name: StaticString) throws(DecisionCasesError) -> Int64? {
        guard let found = field(name), !found.isNull else { return nil }
        guard let value = found.integer else { throw DecisionCasesError(found.path, "expected a whole number") }
        return value
    }

    func instant(_ name: StaticString) throws(DecisionCasesError) -> Instant? {
        guard let text = try optionalText(name) else { return nil }
        guard let instant = Instant(text) else {
            throw DecisionCasesError(path(name), "expected an instant such as 2026-10-06T02:00:00Z")
        }
        return instant
    }

    func identifier<Kind>(_ name: StaticString, _ kind: Kind.Type = Kind.self) throws(DecisionCasesError) -> Identifier<
        Kind
    > {
        guard let id = Identifier<Kind>(try text(name)) else {
            throw DecisionCasesError(path(name), "expected the id of a \(Kind.noun)")
        }
        return id
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: StaticString, _ type: Choice.Type = Choice.self
    ) throws(DecisionCasesError) -> Choice? where Choice.RawValue == String {
        guard let text = try optionalText(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecisionCasesError(path(name), "expected one of \(all)")
        }
        return choice
    }

    func objects(_ name: StaticString) throws(DecisionCasesError) -> [CaseReader]? {
        guard let found = field(name), !found.isNull else { return nil }
        guard found.kind == .array else { throw DecisionCasesError(found.path, "expected a list") }
        var objects: [CaseReader] = []
        for element in found.elements { objects.append(try CaseReader(element)) }
        return objects
    }

    func countries(_ name: StaticString) throws(DecisionCasesError) -> Set<Country>? {
        guard let texts = try texts(name) else { return nil }
        var countries: Set<Country> = []
        for text in texts { countries.insert(try country(text, name)) }
        return countries
    }

    func country(_ text: String, _ name: StaticString) throws(DecisionCasesError) -> Country {
        guard let country = Country(text) else {
            throw DecisionCasesError(path(name), "expected a country as two capital letters")
        }
        return country
    }

    private static func text(_ value: JSONValue) throws(DecisionCasesError) -> String {
        guard let text = value.string else { throw DecisionCasesError(value.path, "expected a text") }
        return text
    }
}
