internal import Approvals
internal import CBOR
internal import JSON

/// An act's content as JSON and back. Contents hold texts, whole numbers and lists only, so nothing is lost either way:
/// what a signer reads is what is digested.
enum ActJSON {
    /// LIMIT: nesting of a content that is sent in.
    private static let depth = 4

    /// Values that no act has come out as null, which no act reads.
    static func cbor(_ value: JSONValue) -> CBOR { cbor(value, depth) }

    private static func cbor(_ value: JSONValue, _ depth: Int) -> CBOR {
        guard depth > 0 else { return .null }
        switch value.kind {
        case .object:
            return .map(value.members.map { ($0.key.string ?? "", cbor($0.value, depth - 1)) })
        case .array: return .array(value.elements.map { cbor($0, depth - 1) })
        default:
            if let text = value.string { return .text(text) }
            return value.wholeNumber.map { .integer($0) } ?? .null
        }
    }

    static func write(_ item: CBOR, _ writer: inout JSONWriter) {
        switch item {
        case .text(let text): writer.string(text)
        case .unsigned(let number): writer.integer(number)
        case .array(let items): writer.array { list in for item in items { write(item, &list) } }
        case .map(let pairs):
            writer.object { object in
                for (key, value) in pairs {
                    object.key(key)
                    write(value, &object)
                }
            }
        default: writer.null()
        }
    }
}
