internal import JSON

/// As JSON Schema 2020-12, the dialect of OpenAPI 3.1.
extension Schema {
    func write(_ writer: inout JSONWriter, note: String? = nil) {
        writer.object { object in
            if let note { object.member("description", note) }
            members(&object)
        }
    }

    private func members(_ object: inout JSONWriter) {
        switch self {
        case .text(let length):
            object.member("type", "string")
            if length.lowerBound > 0 { object.member("minLength", length.lowerBound) }
            object.member("maxLength", length.upperBound)
        case .shape(let shape):
            object.member("type", "string")
            object.member("pattern", shape.pattern)
            if let length = shape.length {
                object.member("minLength", length.lowerBound)
                object.member("maxLength", length.upperBound)
            }
            if let format = shape.format { object.member("format", format) }
        case .choice(let values):
            object.member("type", "string")
            object.member("enum", array: { list in for value in values { list.string(value) } })
        case .integer(let range):
            object.member("type", "integer")
            object.member("minimum", range.lowerBound)
            object.member("maximum", range.upperBound)
        case .boolean: object.member("type", "boolean")
        case .list(let element, let count):
            object.member("type", "array")
            if count.lowerBound > 0 { object.member("minItems", count.lowerBound) }
            object.member("maxItems", count.upperBound)
            object.key("items")
            element.write(&object)
        case .object(let members): Schema.write(members, isOpen: false, &object)
        case .someOf(let members):
            Schema.write(members, isOpen: false, &object)
            object.member("minProperties", 1)
        case .open(let members): Schema.write(members, isOpen: true, &object)
        case .nullable(let schema):
            object.member(
                "anyOf",
                array: { list in
                    schema.write(&list)
                    list.object { $0.member("type", "null") }
                })
        case .component(let component): object.member("$ref", "#/components/schemas/" + component.rawValue)
        case .either(let schemas):
            object.member("anyOf", array: { list in for schema in schemas { schema.write(&list) } })
        }
    }

    private static func write(_ members: [Member], isOpen: Bool, _ object: inout JSONWriter) {
        object.member("type", "object")
        object.member(
            "properties",
            object: { properties in
                for member in members {
                    properties.key("\(member.name)")
                    member.schema.write(&properties, note: member.note)
                }
            })
        let required = members.filter(\.isRequired)
        if !required.isEmpty {
            object.member("required", array: { list in for member in required { list.string("\(member.name)") } })
        }
        object.member("additionalProperties", isOpen)
    }
}
