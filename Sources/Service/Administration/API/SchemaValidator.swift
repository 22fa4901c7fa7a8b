internal import JSON

/// Checks a value against a schema; the first fault names the place and what was expected.
struct SchemaValidator {
    /// The way to the value: as people write it, and as a JSON pointer.
    private struct Place {
        var field = ""
        var pointer = ""

        func member(_ name: String) -> Place {
            let escaped = name.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
            return Place(field: field.isEmpty ? name : field + "." + name, pointer: pointer + "/" + escaped)
        }

        func element(_ index: Int) -> Place {
            Place(field: (field.isEmpty ? "body" : field) + "[\(index)]", pointer: pointer + "/\(index)")
        }

        func fault(_ expected: String) -> Problem {
            .badField(field.isEmpty ? "body" : field, pointer: pointer, expected)
        }
    }

    static func check(_ value: JSONValue, _ schema: Schema) throws(Problem) { try check(value, schema, Place()) }

    private static func check(_ value: JSONValue, _ schema: Schema, _ place: Place) throws(Problem) {
        switch schema {
        case .text(let length):
            guard let text = value.string else { throw place.fault("expected a text") }
            guard length.contains(text.unicodeScalars.count) else {
                throw place.fault("must have \(length.lowerBound) to \(length.upperBound) characters")
            }
        case .shape(let shape):
            guard let text = value.string else { throw place.fault("expected a text: \(shape.expected)") }
            guard shape.accepts(text) else { throw place.fault("expected \(shape.expected)") }
        case .choice(let choices):
            guard let text = value.string, choices.contains(text) else {
                throw place.fault("expected one of " + choices.joined(separator: ", "))
            }
        case .integer(let range):
            guard let number = value.wholeNumber, range.contains(number) else {
                throw place.fault("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        case .boolean:
            guard value.boolean != nil else { throw place.fault("expected true or false") }
        case .list(let element, let count): try check(list: value, element, count, place)
        case .object(let members): try check(object: value, members, isOpen: false, place)
        case .someOf(let members):
            try check(object: value, members, isOpen: false, place)
            guard value.members.contains(where: { _ in true }) else {
                throw place.fault("name at least one of " + members.map { "\($0.name)" }.joined(separator: ", "))
            }
        case .open(let members): try check(object: value, members, isOpen: true, place)
        case .nullable(let schema): if !value.isNull { try check(value, schema, place) }
        case .component(let component): try check(value, component.schema, place)
        case .either(let schemas): try check(value, schemas, place)
        }
    }

    private static func check(
        list value: JSONValue, _ element: Schema, _ count: ClosedRange<Int>, _ place: Place
    ) throws(Problem) {
        guard value.kind == .array else { throw place.fault("expected a list") }
        var index = 0
        for item in value.elements {
            guard index < count.upperBound else { throw place.fault("has more than \(count.upperBound) entries") }
            try check(item, element, place.element(index))
            index += 1
        }
        guard index >= count.lowerBound else { throw place.fault("needs at least \(count.lowerBound) entries") }
    }

    private static func check(
        object value: JSONValue, _ members: [Schema.Member], isOpen: Bool, _ place: Place
    ) throws(Problem) {
        guard value.kind == .object else { throw place.fault("expected an object") }
        for (key, item) in value.members {
            if let member = members.first(where: { key.reads(as: $0.name) }) {
                try check(item, member.schema, place.member("\(member.name)"))
            } else if !isOpen {
                let known = members.map { "\($0.name)" }.joined(separator: ", ")
                // The path leaves out a name that looks like content.
                let field = item.path.isEmpty ? "body" : item.path
                throw .badField(
                    field, pointer: place.pointer,
                    known.isEmpty ? "no member is known here" : "is not known here; known are \(known)")
            }
        }
        for member in members where member.isRequired && value[member.name] == nil {
            throw place.member("\(member.name)").fault("is missing")
        }
    }

    private static func check(_ value: JSONValue, _ schemas: [Schema], _ place: Place) throws(Problem) {
        var closest: (missing: Int, problem: Problem)?
        for schema in schemas {
            do throws(Problem) { return try check(value, schema, place) } catch {
                let missing = missingMembers(of: value, schema)
                if closest.map({ missing < $0.missing }) ?? true { closest = (missing, error) }
            }
        }
        if let closest { throw closest.problem }
    }

    private static func missingMembers(of value: JSONValue, _ schema: Schema) -> Int {
        switch schema {
        case .object(let members), .open(let members):
            members.count { member in
                guard member.isRequired else { return false }
                guard let found = value[member.name] else { return true }
                // A member that says which of them it is counts like one that is there.
                if case .choice(let choices) = member.schema, choices.count == 1 { return found.string != choices[0] }
                return false
            }
        case .component(let component): missingMembers(of: value, component.schema)
        default: 0
        }
    }
}

extension JSONValue {
    /// An integer as JSON Schema has it (2020-12 validation, section 6.1.1): a fraction of zeros counts for none.
    var wholeNumber: Int64? {
        if let integer { return integer }
        guard kind == .number, let number = Double(String(decoding: document.bytes[range], as: UTF8.self)) else {
            return nil
        }
        return Int64(exactly: number)
    }
}
