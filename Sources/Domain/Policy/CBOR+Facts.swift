internal import CBOR
internal import Vocabulary

/// How the small values of facts stand in an explanation.
extension CBOR {
    static func names(_ names: Names) -> CBOR {
        switch names {
        case .exactly(let names): texts(names)
        case .unknown: .null
        }
    }

    static func texts(_ texts: some Sequence<String>) -> CBOR { .array(texts.sorted().map { .text($0) }) }
    static func optional(_ text: String?) -> CBOR { text.map { .text($0) } ?? .null }

    /// Text where known, false where there is none, null where unknown.
    static func assigned<Value: CustomStringConvertible>(_ value: Assigned<Value>) -> CBOR {
        switch value {
        case .known(let value): .text(value.description)
        case .none: .bool(false)
        case .unknown: .null
        }
    }

    static func answer(_ answer: Answer) -> CBOR {
        switch answer {
        case .yes: .bool(true)
        case .no: .bool(false)
        case .unknown: .null
        }
    }

    static func countries(_ countries: [Country]?) -> CBOR {
        countries.map { .array($0.map { .text($0.description) }) } ?? .null
    }

    static func instant(_ instant: Instant) -> CBOR { .integer(instant.nanoseconds) }
    static func share(_ range: PercentRange) -> CBOR {
        .array([.integer(range.lower.units), .integer(range.upper.units)])
    }

    static func validity(_ validity: Validity) -> CBOR {
        .array(validity.intervals.map { .range($0) })
    }

    static func range(_ range: Range<Instant>) -> CBOR {
        .array([.instant(range.lowerBound), .instant(range.upperBound)])
    }
}
