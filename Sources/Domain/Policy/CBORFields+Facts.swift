internal import CBOR
internal import Vocabulary

/// The small values of facts, read from CBOR.
extension CBORFields {
    mutating func names(_ key: String) throws(CBORFieldError) -> Names {
        let item = try take(key)
        if case .null = item { return .unknown }
        guard case .array(let items) = item else {
            throw CBORFieldError(path: path(of: key), expected: "texts or null")
        }
        var names: Set<String> = []
        for item in items {
            guard case .text(let name) = item else {
                throw CBORFieldError(path: path(of: key), expected: "texts or null")
            }
            names.insert(name)
        }
        return .exactly(names)
    }

    mutating func assigned<Value>(
        _ key: String, _ expected: String, _ read: (String) -> Value?
    ) throws(CBORFieldError) -> Assigned<Value> {
        switch try take(key) {
        case .null: return .unknown
        case .bool(false): return .none
        case .text(let text):
            guard let value = read(text) else { throw CBORFieldError(path: path(of: key), expected: expected) }
            return .known(value)
        default: throw CBORFieldError(path: path(of: key), expected: expected + ", false or null")
        }
    }

    mutating func answer(_ key: String) throws(CBORFieldError) -> Answer {
        switch try take(key) {
        case .null: return .unknown
        case .bool(let value): return Answer(value)
        default: throw CBORFieldError(path: path(of: key), expected: "true, false or null")
        }
    }

    /// Nil for null, which stands for anywhere or for unknown.
    mutating func countries(_ key: String) throws(CBORFieldError) -> Set<Country>? {
        guard case .exactly(let names) = try names(key) else { return nil }
        var countries: Set<Country> = []
        for name in names {
            guard let country = Country(name) else {
                throw CBORFieldError(path: path(of: key), expected: "countries as two capital letters")
            }
            countries.insert(country)
        }
        return countries
    }

    mutating func instant(_ key: String) throws(CBORFieldError) -> Instant { Instant(nanoseconds: try integer(key)) }

    mutating func share(_ key: String) throws(CBORFieldError) -> PercentRange {
        guard let (lower, upper) = CBORFields.pair(try take(key)),
            let range = PercentRange(Percent(clamping: lower), Percent(clamping: upper))
        else { throw CBORFieldError(path: path(of: key), expected: "two shares, the lower first") }
        return range
    }

    mutating func range(_ key: String) throws(CBORFieldError) -> Range<Instant> {
        guard let (lower, upper) = CBORFields.pair(try take(key)), lower <= upper else {
            throw CBORFieldError(path: path(of: key), expected: "two instants, the earlier first")
        }
        return Instant(nanoseconds: lower)..<Instant(nanoseconds: upper)
    }

    mutating func validity(_ key: String) throws(CBORFieldError) -> Validity {
        var intervals: [Range<Instant>] = []
        for item in try array(key) {
            guard let (lower, upper) = CBORFields.pair(item), lower <= upper else {
                throw CBORFieldError(path: path(of: key), expected: "pairs of instants, the earlier first")
            }
            intervals.append(Instant(nanoseconds: lower)..<Instant(nanoseconds: upper))
        }
        return Validity(intervals)
    }

    private static func pair(_ item: CBOR) -> (Int64, Int64)? {
        guard case .array(let items) = item, items.count == 2, let first = items[0].asInteger,
            let second = items[1].asInteger
        else { return nil }
        return (first, second)
    }
}
