// The scan as the tests call it: from a text, on a parser of its own.
import Testing

@testable import JSON

func scan(_ text: String) throws(JSONError) -> JSONDocument { try scan(Array(text.utf8)) }

func scan(_ bytes: [UInt8]) throws(JSONError) -> JSONDocument {
    var parser = JSONParser()
    return try parser.parse(bytes)
}

func refusal(_ bytes: [UInt8]) -> JSONError? {
    do {
        _ = try scan(bytes)
        return nil
    } catch {
        return error
    }
}

func refusal(_ text: String) -> JSONError? { refusal(Array(text.utf8)) }

/// What a document says, to compare with what it was made from.
indirect enum Model: Equatable {
    case object([(String, Model)])
    case array([Model])
    case string(String)
    case number(String)
    case literal(String)

    static func == (left: Model, right: Model) -> Bool {
        switch (left, right) {
        case (.object(let one), .object(let other)):
            one.count == other.count && zip(one, other).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
        case (.array(let one), .array(let other)): one == other
        case (.string(let one), .string(let other)):
            Array(one.utf8) == Array(other.utf8)
        case (.number(let one), .number(let other)), (.literal(let one), .literal(let other)): one == other
        default: false
        }
    }

    init(_ value: JSONValue) {
        switch value.kind {
        case .object: self = .object(value.members.map { ($0.key.string ?? "", Model($0.value)) })
        case .array: self = .array(value.elements.map { Model($0) })
        case .string, .key: self = .string(value.string ?? "")
        case .number: self = .number(String(decoding: value.document.bytes[value.range], as: UTF8.self))
        case .true, .false, .null: self = .literal(String(decoding: value.document.bytes[value.range], as: UTF8.self))
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same documents on every machine for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
