/// How sure a detector is, from what a random value would pass: a check digit alone lets one in ten through.
package enum Confidence: Int, Comparable, CaseIterable, Sendable {
    /// The check holds, but chance or something near it explains that as well. Recorded, never acted on by default.
    case weak
    case possible
    case likely
    case certain

    package var name: String {
        switch self {
        case .weak: "weak"
        case .possible: "possible"
        case .likely: "likely"
        case .certain: "certain"
        }
    }

    package init?(name: some StringProtocol) {
        guard let found = Confidence.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    package static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }
}
