/// What to do about what the detectors find, by where the data would go. A detector that a bundle does not mention
/// blocks towards vendors and redacts inside: nobody forgets one into silence.
package struct InspectionSettings: Hashable, Sendable {
    package enum Detector: String, CaseIterable, Sendable {
        case card
        case iban
        /// Hong Kong identity card number.
        case hkid
    }

    package enum Destination: String, CaseIterable, Sendable {
        /// A model inside the perimeter.
        case inside
        case vendor
    }

    package enum Verdict: String, CaseIterable, Sendable {
        case allow
        case redact
        case block
    }

    private var verdicts: [Detector: [Destination: Verdict]] = [:]

    package init() {}

    package func verdict(on detector: Detector, to destination: Destination) -> Verdict {
        verdicts[detector]?[destination] ?? (destination == .inside ? .redact : .block)
    }

    func isSet(_ detector: Detector) -> Bool { verdicts[detector] != nil }

    mutating func set(_ detector: Detector, inside: Verdict, vendor: Verdict) {
        verdicts[detector] = [.inside: inside, .vendor: vendor]
    }
}
