/// A share in ten-thousandths of a percent, 0 to 100 percent. Whole numbers, because rules tell "more than 50" from
/// "50 or more".
package struct Percent: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let unitsPerPercent: Int64 = 10_000
    package let units: Int64

    package static let zero = Percent(clamping: 0)
    package static let hundred = Percent(clamping: 100 * unitsPerPercent)

    package init(clamping units: Int64) { self.units = min(max(units, 0), 100 * Percent.unitsPerPercent) }
    package init(_ percent: Int) { self.init(clamping: Int64(min(max(percent, 0), 100)) * Percent.unitsPerPercent) }

    package enum Rounding: Sendable { case down, up }

    /// Reads `50`, `50.5` or `49.9999`; further decimals are rounded as told, so that the ends of an interval round
    /// outward. Nil for anything else and beyond 0 to 100.
    package init?(_ text: some StringProtocol, rounding: Rounding) {
        let parts = Array(text.utf8).split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...3).contains(whole.count), parts.count == 1 || !parts[1].isEmpty,
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        var units = whole.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) } * Percent.unitsPerPercent
        var scale = Percent.unitsPerPercent / 10
        var isInexact = false
        for digit in parts.count == 2 ? parts[1] : [] {
            if scale > 0 { units += Int64(digit - 0x30) * scale } else if digit != 0x30 { isInexact = true }
            scale /= 10
        }
        if isInexact, rounding == .up { units += 1 }
        guard units <= 100 * Percent.unitsPerPercent else { return nil }
        self.units = units
    }

    package var description: String {
        let fraction = units % Percent.unitsPerPercent
        let whole = String(units / Percent.unitsPerPercent)
        guard fraction != 0 else { return whole }
        var digits = String(Percent.unitsPerPercent + fraction).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return whole + "." + digits
    }

    package static func < (left: Percent, right: Percent) -> Bool { left.units < right.units }
}

/// A share of which the bounds are known.
package struct PercentRange: Hashable, Sendable {
    package let lower: Percent
    package let upper: Percent

    /// Nil when the bounds are the wrong way round.
    package init?(_ lower: Percent, _ upper: Percent) {
        guard lower <= upper else { return nil }
        self.lower = lower
        self.upper = upper
    }

    private init(all lower: Percent, _ upper: Percent) {
        self.lower = lower
        self.upper = upper
    }

    package static let none = PercentRange(all: .zero, .zero)
    package static let unknown = PercentRange(all: .zero, .hundred)
    package static func exactly(_ share: Percent) -> PercentRange { PercentRange(all: share, share) }
}

/// Who owns the firm that employs a person: a contractor's own firm, not the bank that the contractor works for.
package struct Ownership: Hashable, Sendable {
    /// By companies with headquarters where the vendor does not serve, directly or indirectly.
    package var byUnsupported: PercentRange
    /// By parties on a sanctions or entity list, in aggregate.
    package var byListed: PercentRange
    /// By persons or firms of a country of concern (28 CFR 202).
    package var byCountryOfConcern: PercentRange

    package init(byUnsupported: PercentRange, byListed: PercentRange, byCountryOfConcern: PercentRange) {
        self.byUnsupported = byUnsupported
        self.byListed = byListed
        self.byCountryOfConcern = byCountryOfConcern
    }

    package static let none = Ownership(byUnsupported: .none, byListed: .none, byCountryOfConcern: .none)
    package static let unknown = Ownership(byUnsupported: .unknown, byListed: .unknown, byCountryOfConcern: .unknown)
}
