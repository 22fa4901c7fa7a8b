internal import JSON

/// The members of a request object, read with the field named when one has the wrong type. Null counts as absent, as it
/// does at both vendors.
struct RequestFields {
    let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    /// The body as an object, after the checks that both protocols share.
    static func read(
        _ head: some HeaderLookup, _ body: [UInt8], _ parser: inout JSONParser
    ) throws(DialectError) -> RequestFields {
        guard head.count(of: "content-encoding") == 0 || head.value(of: "content-encoding") == "identity" else {
            throw .compressed
        }
        if let type = head.value(of: "content-type"), type != "application/json" {
            let essence = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
            guard essence == "application/json" else { throw .notJSONMediaType }
        }
        let document: JSONDocument
        do {
            document = try parser.parse(body)
        } catch {
            throw .notJSON(error)
        }
        guard document.root.kind == .object else { throw .notAnObject }
        return RequestFields(document.root)
    }

    func optional(_ name: StaticString) -> JSONValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return member
    }

    func required(_ name: StaticString) throws(DialectError) -> JSONValue {
        guard let member = optional(name) else { throw .missing(field: path(name)) }
        return member
    }

    func string(_ name: StaticString) throws(DialectError) -> String? {
        guard let member = optional(name) else { return nil }
        guard let text = member.string else { throw .wrongType(field: member.path, expected: "a string") }
        return text
    }

    func boolean(_ name: StaticString) throws(DialectError) -> Bool? {
        guard let member = optional(name) else { return nil }
        guard let flag = member.boolean else { throw .wrongType(field: member.path, expected: "true or false") }
        return flag
    }

    /// - Parameter least: the smallest number that the vendor accepts.
    func integer(_ name: StaticString, least: Int) throws(DialectError) -> Int? {
        guard let member = optional(name) else { return nil }
        guard let number = member.integer.flatMap({ Int(exactly: $0) }) else {
            throw .wrongType(field: member.path, expected: "an integer")
        }
        guard number >= least else { throw .outOfRange(field: member.path, expected: "at least \(least)") }
        return number
    }

    func object(_ name: StaticString) throws(DialectError) -> JSONValue? {
        guard let member = optional(name) else { return nil }
        guard member.kind == .object else { throw .wrongType(field: member.path, expected: "an object") }
        return member
    }

    /// The elements of an array of objects; empty when it is absent.
    func objects(_ name: StaticString) throws(DialectError) -> [JSONValue] {
        guard let member = optional(name) else { return [] }
        guard member.kind == .array else { throw .wrongType(field: member.path, expected: "an array") }
        var elements: [JSONValue] = []
        for element in member.elements {
            guard element.kind == .object else { throw .wrongType(field: element.path, expected: "an object") }
            elements.append(element)
        }
        return elements
    }

    /// LIMIT: bytes of a model's name.
    static let modelLimit = 256

    /// The model's name and where it stands.
    func model() throws(DialectError) -> (name: String, range: Range<Int>) {
        let member = try required("model")
        guard let name = member.string else { throw .wrongType(field: member.path, expected: "a string") }
        guard (1...RequestFields.modelLimit).contains(name.utf8.count) else {
            throw .outOfRange(field: member.path, expected: "the name of a model")
        }
        return (name, member.range)
    }

    /// The conversation: at least one object, each with a role and a content of text or parts.
    func turns(
        needContent: Bool, _ role: (JSONValue) -> ParsedRequest.Turn.Role
    ) throws(DialectError) -> [ParsedRequest.Turn] {
        _ = try required("messages")
        let messages = try objects("messages")
        guard !messages.isEmpty else { throw .outOfRange(field: "messages", expected: "at least one message") }
        var turns: [ParsedRequest.Turn] = []
        turns.reserveCapacity(messages.count)
        for message in messages {
            let fields = RequestFields(message)
            let name = try fields.required("role")
            guard name.kind == .string else { throw .wrongType(field: name.path, expected: "a string") }
            if needContent { _ = try fields.required("content") }
            if let content = fields.optional("content") {
                guard content.kind == .string || content.kind == .array else {
                    throw .wrongType(field: content.path, expected: "a string or an array of parts")
                }
                if content.kind == .array { _ = try fields.objects("content") }
            }
            turns.append(ParsedRequest.Turn(role: role(name), range: message.range))
        }
        return turns
    }

    private func path(_ name: StaticString) -> String {
        let parent = value.path
        return parent.isEmpty ? "\(name)" : parent + ".\(name)"
    }
}
