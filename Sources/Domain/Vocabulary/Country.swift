/// A country or territory as ISO 3166-1 alpha-2 writes it: two capital letters. Any pair of letters is accepted; which
/// of them exist is the bundle's knowledge (a list of our own would be wrong within the year).
package struct Country: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 0 ..< 676: the pair of letters as a number in base 26.
    package let index: Int
    package static let count = 676

    /// - Precondition: 0 ≤ `index` < 676.
    package init(index: Int) {
        precondition((0..<Country.count).contains(index))
        self.index = index
    }

    /// Nil unless `text` is two letters A to Z; capitals only.
    package init?(_ text: some StringProtocol) {
        var utf8 = String(text).utf8.makeIterator()
        guard let first = utf8.next(), let second = utf8.next(), utf8.next() == nil,
            (0x41...0x5A).contains(first), (0x41...0x5A).contains(second)
        else { return nil }
        index = Int(first - 0x41) * 26 + Int(second - 0x41)
    }

    package init(_ literal: StaticString) {
        guard let country = Country(literal.description) else { preconditionFailure("not a country: \(literal)") }
        self = country
    }

    package var description: String {
        String(unsafeUninitializedCapacity: 2) { bytes in
            bytes[0] = UInt8(0x41 + index / 26)
            bytes[1] = UInt8(0x41 + index % 26)
            return 2
        }
    }

    package static func < (left: Country, right: Country) -> Bool { left.index < right.index }
}

/// Where a person may be: a set of countries, or anywhere. "Unknown" is anywhere, never the empty set: no evidence
/// narrows nothing.
package enum PossiblePlaces: Hashable, Sendable {
    case anywhere
    /// Never empty.
    case among(Set<Country>)

    package func mayBe(in country: Country) -> Bool {
        switch self {
        case .anywhere: true
        case .among(let countries): countries.contains(country)
        }
    }

    /// Sorted, for people and for records; nil for anywhere.
    package var sorted: [Country]? {
        switch self {
        case .anywhere: nil
        case .among(let countries): countries.sorted()
        }
    }

    package func union(_ other: PossiblePlaces) -> PossiblePlaces {
        switch (self, other) {
        case (.among(let a), .among(let b)): .among(a.union(b))
        default: .anywhere
        }
    }
}
