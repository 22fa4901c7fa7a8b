internal import JSON

/// Writes a value that a JSON Schema allows: what a model that keeps to the schema would say. Knows what tool schemas
/// and structured output use: types, enum, const, properties, required, items, the bounds of lengths and numbers,
/// anyOf, oneOf, allOf's first, and references into `$defs` or `definitions`.
struct SampleJSON {
    /// LIMIT: values inside each other; beyond it a null stands.
    private static let depthLimit = 16
    /// LIMIT: items of an array and characters of a string that a schema may demand.
    private static let countLimit = 64

    /// LIMIT: values in all; a schema that branches into itself grows faster than it gets deep.
    private static let valueLimit = 2_000

    private let root: JSONValue?
    private var left = SampleJSON.valueLimit

    private init(root: JSONValue?) { self.root = root }

    /// UTF-8 of the value. Without a schema an object with one member.
    static func value(for schema: JSONValue?) -> [UInt8] {
        var writer = JSONWriter()
        guard let schema, schema.kind == .object, schema.members.contains(where: { _ in true }) else {
            writer.object { $0.member("note", "tok 字 😀") }
            return writer.bytes
        }
        var sample = SampleJSON(root: schema)
        sample.write(schema, &writer, depth: 0)
        return writer.bytes
    }

    private mutating func write(_ schema: JSONValue, _ writer: inout JSONWriter, depth: Int) {
        left -= 1
        guard depth < SampleJSON.depthLimit, left > 0, schema.kind == .object else { return writer.null() }
        if let value = schema["const"] ?? schema["enum"].flatMap({ Array($0.elements).first }) {
            return writer.raw(value.document.bytes[value.range])
        }
        if let target = schema["$ref"].flatMap({ resolve($0) }) { return write(target, &writer, depth: depth + 1) }
        if let choice = (schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"]).flatMap({ Array($0.elements).first }) {
            return write(choice, &writer, depth: depth + 1)
        }
        switch type(of: schema) {
        case "object": writeObject(schema, &writer, depth)
        case "array":
            writer.array { writer in
                for _ in 0..<bounded(schema["minItems"], least: 1) {
                    if let items = schema["items"] {
                        write(items, &writer, depth: depth + 1)
                    } else {
                        writer.string("tok")
                    }
                }
            }
        case "string": writer.string(text(schema))
        case "integer", "number":
            if let bound = schema["minimum"] ?? schema["maximum"] {
                writer.raw(bound.document.bytes[bound.range])
            } else {
                writer.integer(7)
            }
        case "boolean": writer.boolean(true)
        default: writer.null()
        }
    }

    /// Required members, and the others as well: a strict schema requires all.
    private mutating func writeObject(_ schema: JSONValue, _ writer: inout JSONWriter, _ depth: Int) {
        writer.object { writer in
            guard let properties = schema["properties"] else { return }
            for member in properties.members {
                writer.key(member.key.string ?? "")
                write(member.value, &writer, depth: depth + 1)
            }
        }
    }

    /// The first type of a list of types; an object where properties stand without one.
    private func type(of schema: JSONValue) -> String {
        if let type = schema["type"] {
            return type.string ?? type.elements.compactMap { $0.string }.first { $0 != "null" } ?? "null"
        }
        return schema["properties"] == nil ? "string" : "object"
    }

    private func text(_ schema: JSONValue) -> String {
        switch schema["format"]?.string {
        case "date": "2026-05-04"
        case "date-time": "2026-05-04T03:02:01Z"
        default: String(repeating: "tok 字 😀 ", count: max(1, (bounded(schema["minLength"], least: 0) + 7) / 8))
        }
    }

    private func bounded(_ value: JSONValue?, least: Int) -> Int {
        min(SampleJSON.countLimit, max(least, Int(clamping: value?.integer ?? 0)))
    }

    /// `#`, `#/$defs/Name` and `#/definitions/Name`.
    private func resolve(_ reference: JSONValue) -> JSONValue? {
        guard let root, let text = reference.string, text == "#" || text.hasPrefix("#/") else { return nil }
        var value = root
        for part in text.dropFirst(2).split(separator: "/") {
            guard let next = value.members.first(where: { $0.key.string == String(part) })?.value else { return nil }
            value = next
        }
        return value
    }
}
