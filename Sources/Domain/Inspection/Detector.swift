/// What is looked for. The raw value stands in bundles, records and reports and never changes.
package enum Detector: String, CaseIterable, Sendable {
    /// Payment card number (ISO/IEC 7812-1).
    case card
    /// International bank account number (ISO 13616-1).
    case iban
    /// Hong Kong identity card number.
    case hkid

    /// What stands in the text in place of a redacted value.
    package var mark: StaticString {
        switch self {
        case .card: "[CARD]"
        case .iban: "[IBAN]"
        case .hkid: "[HKID]"
        }
    }

    /// For messages to people.
    package var noun: String {
        switch self {
        case .card: "payment card number"
        case .iban: "bank account number (IBAN)"
        case .hkid: "Hong Kong identity card number"
        }
    }
}
