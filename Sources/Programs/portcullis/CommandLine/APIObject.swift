internal import JSON

/// A value of the API's JSON, read for people: what is absent or null is nil.
struct APIObject {
    private let value: JSONValue

    /// Nil for what is no JSON.
    init?(_ bytes: [UInt8]) {
        var parser = JSONParser()
        guard let document = try? parser.parse(bytes) else { return nil }
        value = document.root
    }

    private init(_ value: JSONValue) { self.value = value }

    var bytes: [UInt8] { Array(value.document.bytes[value.range]) }

    subscript(_ key: StaticString) -> APIObject? {
        guard let member = value[key], !member.isNull else { return nil }
        return APIObject(member)
    }

    /// Elements of an array; none for anything else.
    var items: [APIObject] { value.elements.map { APIObject($0) } }
    var members: [(name: String, value: APIObject)] {
        value.members.map { (name: $0.key.string ?? "", value: APIObject($0.value)) }
    }

    var text: String? { value.string }
    var isTrue: Bool { value.boolean == true }
    var number: Int64? { value.integer }

    /// On one line: a text as it is, a list joined by commas, everything else as JSON has it.
    var shown: String {
        switch value.kind {
        case .string, .key: value.string ?? ""
        case .true: "yes"
        case .false: "no"
        case .null: "-"
        case .array: items.isEmpty ? "-" : items.map(\.shown).joined(separator: ", ")
        case .object, .number: String(decoding: bytes, as: UTF8.self)
        }
    }

    /// A member on one line; a dash where there is none.
    func cell(_ key: StaticString) -> String { self[key]?.shown ?? "-" }
}
