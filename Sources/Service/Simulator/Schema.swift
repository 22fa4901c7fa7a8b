/// What a vendor accepts at one place of a request, as data: read off the type definitions that the vendor publishes
/// with its SDK, and walked by `SchemaCheck`.
indirect enum Schema: Sendable {
    case anything
    /// A string; lengths in characters.
    case text(ClosedRange<Int>)
    /// A string that is one of these.
    case word([String])
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    case boolean
    case list(Schema, ClosedRange<Int>)
    case record(Record)
    /// An object with any keys.
    case map(Schema)
    /// An object whose member of this name says which record it is.
    case tagged(String, [(tag: String, record: Record)])
    /// As `tagged`; an object without the member is the last record.
    case taggedOrDefault(String, [(tag: String, record: Record)], without: Record)
    /// By the kind of the value: the alternatives are of different JSON kinds.
    case either([Schema])
    case nullable(Schema)

    struct Record: Sendable {
        let fields: [Field]
        /// Whether unknown members pass: for objects that the vendor does not close.
        let isOpen: Bool

        init(_ fields: [Field], isOpen: Bool = false) {
            self.fields = fields
            self.isOpen = isOpen
        }
    }

    struct Field: Sendable {
        let name: String
        let schema: Schema
        let isRequired: Bool
    }

    static let string = Schema.text(0...Int.max)
    static let nonEmpty = Schema.text(1...Int.max)
    /// Any object.
    static let object = Schema.map(.anything)

    static func list(_ schema: Schema) -> Schema { .list(schema, 0...Int.max) }
}

extension Schema.Field {
    static func required(_ name: String, _ schema: Schema) -> Schema.Field {
        Schema.Field(name: name, schema: schema, isRequired: true)
    }

    static func optional(_ name: String, _ schema: Schema) -> Schema.Field {
        Schema.Field(name: name, schema: schema, isRequired: false)
    }
}
