/// What a rule rests on. The kind decides how loudly the rule may speak and who may end it.
package struct Authority: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case law
        case directive
        case regulatorGuidance = "regulator_guidance"
        case contractClause = "contract_clause"
        case vendorTerms = "vendor_terms"
        case internalPolicy = "internal_policy"
        case precaution

        /// A disclosed ground of this kind makes a refusal 451 (RFC 7725) instead of 403.
        package var isLegalDemand: Bool { self == .law || self == .directive }
    }

    package var kind: Kind
    /// Name of the law, letter, agreement, terms or policy, as it is cited.
    package var instrument: String
    /// Article, clause or section; nil where the instrument has none.
    package var clause: String?

    package init(kind: Kind, instrument: String, clause: String?) {
        self.kind = kind
        self.instrument = instrument
        self.clause = clause
    }
}

/// How much of a rule the person whom it stops may read.
package enum Disclosure: String, CaseIterable, Sendable {
    case full
    /// That there is a rule, its kind and who decided; not its clause.
    case summary
    /// Nothing, not even that it exists.
    case sealed
}
