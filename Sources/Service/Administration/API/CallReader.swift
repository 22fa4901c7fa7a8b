internal import HTTP
internal import JSON

/// Checks what came with a request against its operation, before anybody reads it.
enum CallReader {
    /// LIMIT: parameters of one query.
    private static let queryParameters = 32

    static func query(_ text: Substring, _ operation: Operation) throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        guard !text.isEmpty else { return values }
        let pairs = text.utf8.split(separator: UInt8(ascii: "&"))
        guard pairs.count <= queryParameters else {
            throw Problem(.badField, field: "query", "query: at most \(queryParameters) parameters are read")
        }
        for pair in pairs {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsBlank: true),
                let value = PercentEncoding.decode(parts.count == 2 ? parts[1] : parts[0].prefix(0), plusIsBlank: true)
            else { throw Problem(.badField, field: "query", "query: not UTF-8 in percent encoding") }
            guard let parameter = operation.query.first(where: { $0.name == name }) else {
                let known = operation.query.map(\.name).joined(separator: ", ")
                throw Problem(
                    .badField, field: "query",
                    known.isEmpty
                        ? "query: this call has no parameters"
                        : "query: a parameter is not known here; known are \(known)")
            }
            guard values[name] == nil else { throw .badField(name, "is given twice") }
            if let fault = parameter.fault(in: value) { throw .badField(name, fault) }
            values[name] = value
        }
        return values
    }

    /// Refuses a body of another kind, or one too long, by its head.
    static func checkHead(of head: RequestHead, _ operation: Operation) throws(Problem) {
        if let accept = head.fields.value(of: "accept"), !accepts(accept, "application/json") {
            throw Problem(.notAcceptable, field: "accept", "accept: answers are application/json")
        }
        guard head.body != .none else { return }
        if case .none = operation.body {
            guard case .length(let length) = head.body, length == 0 else {
                throw Problem(.badField, field: "body", "body: this call takes none")
            }
            return
        }
        if case .length(let length) = head.body { try checkLength(length, operation) }
        let type = head.fields.value(of: "content-type") ?? ""
        guard operation.body.types.contains(mediaType(type)) else {
            throw Problem(
                .unsupportedMediaType, field: "content-type",
                "content-type: this call takes " + operation.body.types.joined(separator: " or "))
        }
        guard head.fields.count(of: "content-encoding") == 0 else {
            throw Problem(
                .unsupportedMediaType, field: "content-encoding", "content-encoding: bodies are taken as they are")
        }
    }

    static func checkLength(_ length: Int, _ operation: Operation) throws(Problem) {
        guard length <= operation.body.limit else {
            throw Problem(.tooLarge, field: "body", "body: \(length) bytes; at most \(operation.body.limit) are taken")
        }
    }

    /// Nil for an operation that takes no JSON.
    static func json(_ body: [UInt8], _ operation: Operation) throws(Problem) -> JSONValue? {
        guard case .json(let schema, let isRequired) = operation.body else {
            return nil
        }
        if body.isEmpty, isRequired { throw .badField("body", "is missing; send JSON") }
        var parser = JSONParser()
        let value: JSONValue
        do throws(JSONError) { value = try parser.parse(body.isEmpty ? Array("{}".utf8) : body).root } catch {
            throw Problem(.badJSON, "the body is not JSON: \(error)")
        }
        try SchemaValidator.check(value, schema)
        return value
    }

    private static func mediaType(_ field: String) -> String {
        String(field.prefix { $0 != ";" }.trimmed).lowercased()
    }

    /// A weight of nothing (RFC 9110 section 12.4.2).
    private static func isNever(_ parameter: String) -> Bool {
        parameter == "q=0" || parameter.hasPrefix("q=0.") && parameter.dropFirst(4).allSatisfy { $0 == "0" }
    }

    /// RFC 9110 section 12.5.1, for the one type that there is.
    private static func accepts(_ field: String, _ type: String) -> Bool {
        guard field.contains(where: { $0 != " " }) else { return true }
        let family = type.prefix { $0 != "/" } + "/*"
        return field.split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { String($0.trimmed).lowercased() }
            guard let name = parts.first, name == type || name == "*/*" || name == family else { return false }
            return !parts.dropFirst().contains { isNever($0) }
        }
    }
}
