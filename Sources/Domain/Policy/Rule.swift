package import Vocabulary

/// One rule as counsel signed it: data, no code. A change is a new version of the same id, recorded later.
package struct Rule: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        case forbid
        case permit
        case oblige(Obligation)
    }

    package enum Status: String, CaseIterable, Sendable {
        case draft
        case inForce = "in_force"
        case suspended
        /// Said to end, not yet ended: stays in force.
        case announcedRescission = "announced_rescission"
        /// Its reading or its validity is disputed: the stricter side is evaluated.
        case contested
        case lifted

        package var isEvaluated: Bool {
            switch self {
            case .inForce, .announcedRescission, .contested: true
            case .draft, .suspended, .lifted: false
            }
        }
    }

    package var id: RuleID
    package var version: Int
    package var effect: Effect
    /// All clauses must hold; without any the rule always applies.
    package var when: [Clause]
    package var valid: Validity
    /// When we knew of it, and until when we held it for true.
    package var recorded: Range<Instant>
    package var status: Status
    package var authority: Authority
    package var reading: Reading?
    package var evidence: [ClaimID]
    /// A function, never a person.
    package var decidedBy: String
    package var reviewOn: Instant?
    package var disclosure: Disclosure
    /// Authorities whose exceptions may lift the rule; empty: none.
    package var liftableBy: Set<Authority.Kind>
    package var text: LocalizedText
    package var remedy: Remedy?

    package init(
        id: RuleID, version: Int = 1, effect: Effect, when: [Clause], valid: Validity,
        recorded: Range<Instant>? = nil, status: Status = .inForce, authority: Authority, reading: Reading? = nil,
        evidence: [ClaimID] = [], decidedBy: String, reviewOn: Instant? = nil, disclosure: Disclosure = .full,
        liftableBy: Set<Authority.Kind> = [], text: LocalizedText, remedy: Remedy? = nil
    ) {
        self.id = id
        self.version = version
        self.effect = effect
        self.when = when
        self.valid = valid
        self.recorded = recorded ?? (valid.start ?? .distantPast)..<Instant.distantFuture
        self.status = status
        self.authority = authority
        self.reading = reading
        self.evidence = evidence
        self.decidedBy = decidedBy
        self.reviewOn = reviewOn
        self.disclosure = disclosure
        self.liftableBy = liftableBy
        self.text = text
        self.remedy = remedy
    }
}

/// Which of several possible readings of an instrument the rule follows, and who chose it.
package struct Reading: Hashable, Sendable {
    package enum Strictness: String, CaseIterable, Sendable { case strict, ordinary, lenient }

    package var strictness: Strictness
    package var by: String
    /// The consultation that the choice rests on.
    package var after: String?

    package init(strictness: Strictness, by: String, after: String?) {
        self.strictness = strictness
        self.by = by
        self.after = after
    }
}

/// What the stopped person can do, cheapest first.
package enum Remedy: String, CaseIterable, Comparable, Sendable {
    case establishPlace = "establish_place"
    case useAlternative = "use_alternative"
    case renewApproval = "renew_approval"
    case askExportDesk = "ask_export_desk"
    case obtainOwnershipCertificate = "obtain_ownership_certificate"
    case fileOutsourcingRecord = "file_outsourcing_record"
    case verifyLicence = "verify_licence"
    case bindToPerson = "bind_to_person"
    case askOwner = "ask_owner"

    package static func < (left: Remedy, right: Remedy) -> Bool { left.cost < right.cost }
    private var cost: Int { Remedy.allCases.firstIndex(of: self) ?? Remedy.allCases.count }
}
