internal import JSON

/// Walks a request beside its schema and stops at the first fault.
struct SchemaCheck {
    /// LIMIT: characters of a refused value that an error repeats.
    private static let shownLength = 64
    private var path: [SchemaFault.Part] = []

    static func check(_ value: JSONValue, _ schema: Schema) throws(SchemaFault) {
        var check = SchemaCheck()
        try check.visit(value, schema)
    }

    private mutating func visit(_ value: JSONValue, _ schema: Schema) throws(SchemaFault) {
        switch schema {
        case .anything: return
        case .nullable(let inner):
            if !value.isNull { try visit(value, inner) }
        case .either(let alternatives):
            guard
                let match = alternatives.first(where: {
                    SchemaCheck.kinds(of: $0).contains(SchemaCheck.kind(of: value))
                })
            else { throw fault(.wrongType(expected: SchemaCheck.kinds(of: schema), got: SchemaCheck.kind(of: value))) }
            try visit(value, match)
        case .text, .word, .integer, .number, .boolean: try visitScalar(value, schema)
        case .list(let element, let counts): try visitList(value, element, counts)
        case .map(let inner):
            try require(.object, value)
            for member in value.members { try descend(.key(member.key.string ?? ""), member.value, inner) }
        case .record(let record):
            try require(.object, value)
            try visitRecord(value, record)
        case .tagged(let field, let records):
            try require(.object, value)
            try visitTagged(value, field, records)
        case .taggedOrDefault(let field, let records, let fallback):
            try require(.object, value)
            let tag = value.members.first { $0.key.string == field }
            if tag == nil || tag?.value.isNull == true {
                try visitRecord(value, fallback)
            } else {
                try visitTagged(value, field, records)
            }
        }
    }

    private func visitScalar(_ value: JSONValue, _ schema: Schema) throws(SchemaFault) {
        switch schema {
        case .text(let lengths):
            try require(.string, value)
            let length = (value.string ?? "").unicodeScalars.count
            if length < lengths.lowerBound { throw fault(.tooShort(minimum: lengths.lowerBound, got: length)) }
            if length > lengths.upperBound { throw fault(.tooLong(maximum: lengths.upperBound, got: length)) }
        case .word(let words):
            try require(.string, value)
            let text = value.string ?? ""
            guard words.contains(text) else {
                throw fault(.notAllowed(got: String(text.prefix(SchemaCheck.shownLength)), allowed: words))
            }
        case .integer(let range):
            try require(.integer, value)
            guard let number = value.integer else { throw outOfRange(value, "\(range.upperBound)", isInteger: true) }
            if number < range.lowerBound {
                throw fault(.tooSmall(minimum: "\(range.lowerBound)", got: "\(number)", isInteger: true))
            }
            if number > range.upperBound { throw outOfRange(value, "\(range.upperBound)", isInteger: true) }
        case .number(let range):
            guard let number = value.number else {
                throw fault(.wrongType(expected: [.decimal], got: SchemaCheck.kind(of: value)))
            }
            if number < range.lowerBound {
                throw fault(.tooSmall(minimum: SchemaCheck.text(range.lowerBound), got: shown(value), isInteger: false))
            }
            if number > range.upperBound {
                throw outOfRange(value, SchemaCheck.text(range.upperBound), isInteger: false)
            }
        default: try require(.boolean, value)
        }
    }

    private mutating func visitList(
        _ value: JSONValue, _ element: Schema, _ counts: ClosedRange<Int>
    ) throws(SchemaFault) {
        try require(.array, value)
        var count = 0
        for item in value.elements {
            try descend(.index(count), item, element)
            count += 1
        }
        if count < counts.lowerBound { throw fault(.tooFew(minimum: counts.lowerBound, got: count)) }
        if count > counts.upperBound { throw fault(.tooMany(maximum: counts.upperBound, got: count)) }
    }

    /// Vendors name a missing member before they look at what the others hold.
    private mutating func visitRecord(_ value: JSONValue, _ record: Schema.Record) throws(SchemaFault) {
        for field in record.fields where field.isRequired {
            if !value.members.contains(where: { $0.key.string == field.name }) {
                path.append(.key(field.name))
                throw fault(.missing)
            }
        }
        for member in value.members {
            let name = member.key.string ?? ""
            if let field = record.fields.first(where: { $0.name == name }) {
                try descend(.key(name), member.value, field.schema)
            } else if !record.isOpen {
                path.append(.key(String(name.prefix(SchemaCheck.shownLength))))
                throw fault(.unknownField)
            }
        }
    }

    private mutating func visitTagged(
        _ value: JSONValue, _ field: String, _ records: [(tag: String, record: Schema.Record)]
    ) throws(SchemaFault) {
        guard let tag = value.members.first(where: { $0.key.string == field })?.value else {
            path.append(.key(field))
            throw fault(.missing)
        }
        guard let text = tag.string else {
            path.append(.key(field))
            throw fault(.wrongType(expected: [.string], got: SchemaCheck.kind(of: tag)))
        }
        guard let match = records.first(where: { $0.tag == text }) else {
            let got = String(text.prefix(SchemaCheck.shownLength))
            throw fault(.unknownTag(field: field, got: got, allowed: records.map { $0.tag }))
        }
        // A role decides like a type but is never shown.
        let isShown = field == "type"
        if isShown { path.append(.tag(text)) }
        try visitRecord(value, match.record)
        if isShown { path.removeLast() }
    }

    private mutating func descend(
        _ part: SchemaFault.Part, _ value: JSONValue, _ schema: Schema
    ) throws(SchemaFault) {
        path.append(part)
        try visit(value, schema)
        path.removeLast()
    }

    private func require(_ expected: SchemaFault.Kind, _ value: JSONValue) throws(SchemaFault) {
        let got = SchemaCheck.kind(of: value)
        guard got == expected else { throw fault(.wrongType(expected: [expected], got: got)) }
    }

    private func outOfRange(_ value: JSONValue, _ maximum: String, isInteger: Bool) -> SchemaFault {
        fault(.tooLarge(maximum: maximum, got: shown(value), isInteger: isInteger))
    }

    private func fault(_ problem: SchemaFault.Problem) -> SchemaFault { SchemaFault(path: path, problem: problem) }

    private func shown(_ value: JSONValue) -> String {
        String(decoding: value.document.bytes[value.range].prefix(SchemaCheck.shownLength), as: UTF8.self)
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }

    static func kind(of value: JSONValue) -> SchemaFault.Kind {
        switch value.kind {
        case .object: .object
        case .array: .array
        case .key, .string: .string
        case .number: value.isWhole ? .integer : .decimal
        case .true, .false: .boolean
        case .null: .null
        }
    }

    static func kinds(of schema: Schema) -> [SchemaFault.Kind] {
        switch schema {
        case .anything: [.object, .array, .string, .integer, .decimal, .boolean, .null]
        case .text, .word: [.string]
        case .integer: [.integer]
        case .number: [.decimal, .integer]
        case .boolean: [.boolean]
        case .list: [.array]
        case .record, .map, .tagged, .taggedOrDefault: [.object]
        case .either(let alternatives): alternatives.flatMap { kinds(of: $0) }
        case .nullable(let inner): kinds(of: inner) + [.null]
        }
    }
}
