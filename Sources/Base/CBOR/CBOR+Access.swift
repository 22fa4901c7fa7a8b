/// Reading a decoded item: nil where the item is of another kind, so that a reader of records checks kind and presence
/// in one step.
extension CBOR {
    /// The value of a key of a map; nil for an absent key and for anything that is no map.
    package subscript(_ key: String) -> CBOR? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.first { $0.0 == key }?.1
    }

    package var asUnsigned: UInt64? {
        if case .unsigned(let number) = self { number } else { nil }
    }

    /// Nil outside of 64 bits with sign, too.
    package var asInteger: Int64? {
        switch self {
        case .unsigned(let number): Int64(exactly: number)
        case .negative(let number): Int64(exactly: number).map { ~$0 }
        default: nil
        }
    }

    package var asBytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    package var asText: String? {
        if case .text(let text) = self { text } else { nil }
    }

    package var asArray: [CBOR]? {
        if case .array(let items) = self { items } else { nil }
    }

    package var asMap: [(String, CBOR)]? {
        if case .map(let pairs) = self { pairs } else { nil }
    }

    package var asBool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package static func integer(_ number: Int64) -> CBOR {
        number < 0 ? .negative(UInt64(~number)) : .unsigned(UInt64(number))
    }
}
