internal import Vocabulary

/// How one literal stands to one value, by itself: for explaining what the masks have found.
extension Literal {
    /// Whether some completion of the value satisfies the test.
    func mayHold(_ value: FactValue) -> Bool {
        switch (test, value) {
        case (_, .absent): true
        case (.isIn(let set), .choice(let possible)): possible.contains { set.members.contains($0) }
        case (.isNotIn(let set), .choice(let possible)): possible.contains { !set.members.contains($0) }
        case (.hasAny(let set), .set(_, let perhaps)): perhaps.contains { set.members.contains($0) }
        case (.reachesOutside(let set), .set(_, let perhaps)): perhaps.contains { !set.members.contains($0) }
        case (.hasNone(let set), .set(let certain, _)): certain.isDisjoint(with: set.members)
        case (.within(let set), .set(let certain, _)): certain.isSubset(of: set.members)
        case (.above(let bound), .number(let range)): range.upperBound > bound
        case (.atLeast(let bound), .number(let range)): range.upperBound >= bound
        case (.below(let bound), .number(let range)): range.lowerBound < bound
        case (.atMost(let bound), .number(let range)): range.lowerBound <= bound
        default: false
        }
    }

    /// Whether every completion satisfies the test.
    func mustHold(_ value: FactValue) -> Bool { value != .absent && !negated.mayHold(value) }

    /// The possible values that satisfy the test, sorted; nil where any may.
    func matched(_ value: FactValue) -> [String]? {
        func filtered(_ possible: Possibilities, _ isMatch: (String) -> Bool) -> [String]? {
            guard case .among(let values) = possible else { return nil }
            return values.filter(isMatch).sorted()
        }
        return switch (test, value) {
        case (.isIn(let set), .choice(let possible)), (.hasAny(let set), .set(_, let possible)):
            possible == .any ? set.members.sorted() : filtered(possible) { set.members.contains($0) }
        case (.isNotIn(let set), .choice(let possible)), (.reachesOutside(let set), .set(_, let possible)):
            filtered(possible) { !set.members.contains($0) }
        case (.hasNone, .set(_, let possible)), (.within, .set(_, let possible)): filtered(possible) { _ in true }
        case (_, .number(let range)): attribute.describe(range)
        default: nil
        }
    }
}

extension Possibilities {
    fileprivate func contains(where isMatch: (String) -> Bool) -> Bool {
        switch self {
        // Open domains always have one value more; closed ones are written out where it matters.
        case .any: true
        case .among(let values): values.contains(where: isMatch)
        }
    }
}

extension Attribute {
    /// A number or an interval as people write it.
    func describe(_ range: ClosedRange<Int64>) -> [String] {
        func text(_ number: Int64) -> String {
            if case .percent = shape { return Percent(clamping: number).description }
            return number == .max ? "unknown" : String(number)
        }
        return range.lowerBound == range.upperBound
            ? [text(range.lowerBound)] : [text(range.lowerBound) + " to " + text(range.upperBound)]
    }
}
