internal import Vocabulary

/// The shape of a value in JSON: what a body is checked against before anybody reads it, and what the document says of
/// bodies and answers.
indirect enum Schema: Sendable {
    /// LIMIT: in code points, as JSON Schema counts them.
    case text(ClosedRange<Int>)
    case shape(TextShape)
    case choice([String])
    case integer(ClosedRange<Int64>)
    case boolean
    case list(Schema, ClosedRange<Int>)
    case object([Member])
    /// An object with at least one of these.
    case someOf([Member])
    /// For answers: members may be added by a later version, or by what is told of.
    case open([Member])
    case nullable(Schema)
    case component(Component)
    /// The first that has all required members of the body counts for its faults.
    case either([Schema])

    struct Member: Sendable {
        let name: StaticString
        let schema: Schema
        let isRequired: Bool
        let note: String?

        static func required(_ name: StaticString, _ schema: Schema, _ note: String? = nil) -> Member {
            Member(name: name, schema: schema, isRequired: true, note: note)
        }

        static func optional(_ name: StaticString, _ schema: Schema, _ note: String? = nil) -> Member {
            Member(name: name, schema: schema, isRequired: false, note: note)
        }
    }

    static var text: Schema { .text(0...1_048_576) }
    static var name: Schema { .text(1...512) }
    static var instant: Schema { .shape(.instant) }
    static var count: Schema { .integer(0...Int64.max) }
    static var yesOrNo: Schema { .boolean }

    static func id<Kind: IdentifierKind>(_ kind: Kind.Type) -> Schema { .shape(.id(kind)) }

    static func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> Schema
    where Choice.RawValue == String { .choice(Choice.allCases.map(\.rawValue)) }

    static func list(_ element: Schema, atMost limit: Int = 100_000) -> Schema { .list(element, 0...limit) }

    /// One page of a list.
    static func page(_ element: Schema) -> Schema {
        .object([
            .required("items", .list(element, 0...PageRequest.largest)),
            .required("next", .nullable(.shape(.position)), "`after` of the next page; null at the end"),
        ])
    }
}
