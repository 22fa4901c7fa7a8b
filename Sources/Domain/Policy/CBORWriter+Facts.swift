internal import CBOR
internal import Vocabulary

/// How the small values of facts stand in CBOR. Unknown is null throughout, and sets are sorted, so that equal facts
/// have equal bytes.
extension CBORWriter {
    mutating func names(_ names: Names) {
        switch names {
        case .exactly(let names): texts(names)
        case .unknown: null()
        }
    }

    /// A set, sorted.
    mutating func texts(_ texts: some Collection<String>) {
        if texts.count > 1 { return list(texts.sorted()) }
        array(count: texts.count)
        for text in texts { self.text(text) }
    }

    /// In the order given.
    mutating func list(_ texts: [String]) {
        array(count: texts.count)
        for text in texts { self.text(text) }
    }

    mutating func optional(_ text: String?) { if let text { self.text(text) } else { null() } }

    /// Text where known, false where there is none, null where unknown.
    mutating func assigned<Value: CustomStringConvertible>(_ value: Assigned<Value>) {
        switch value {
        case .known(let value): text(value.description)
        case .none: bool(false)
        case .unknown: null()
        }
    }

    mutating func answer(_ answer: Answer) {
        switch answer {
        case .yes: bool(true)
        case .no: bool(false)
        case .unknown: null()
        }
    }

    mutating func countries(_ countries: [Country]?) {
        guard let countries else { return null() }
        array(count: countries.count)
        for country in countries { text(country.description) }
    }

    mutating func instant(_ instant: Instant) { integer(instant.nanoseconds) }

    mutating func share(_ range: PercentRange) {
        array(count: 2)
        integer(range.lower.units)
        integer(range.upper.units)
    }

    mutating func range(_ range: Range<Instant>) {
        array(count: 2)
        instant(range.lowerBound)
        instant(range.upperBound)
    }
}
