/// Whether the export-control desk holds a person for a US person (15 CFR 772.1: citizens, permanent residents and
/// protected individuals) or not. Derived there; the passport never reaches the engine.
package enum PersonClass: String, CaseIterable, Sendable {
    case usPerson = "us_person"
    case foreign
}

/// What a person may be: conflicting or absent statements leave both.
package struct PossiblePersonClasses: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue & 3 }
    package static let usPerson = PossiblePersonClasses(rawValue: 1)
    package static let foreign = PossiblePersonClasses(rawValue: 2)
    package static let unknown: PossiblePersonClasses = [.usPerson, .foreign]

    package init(_ value: PersonClass) { self = value == .usPerson ? .usPerson : .foreign }

    /// In the order of `PersonClass.allCases`.
    package var values: [PersonClass] { PersonClass.allCases.filter { contains(PossiblePersonClasses($0)) } }
}
