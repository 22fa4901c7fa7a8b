internal import Policy
internal import Vocabulary

/// One case of the format in docs/formats/decision-cases.md, as it was read.
struct DecisionCase {
    enum Mode: String, CaseIterable { case single, chain, each }

    struct Step {
        var deployment: DeploymentFacts
        var kind: AccessKind
        var isAvailable: Bool
        /// Moves both clocks.
        var at: Instant?
        var data: DataFacts
    }

    var id: String
    var at: Instant
    var knownAt: Instant
    var mode: Mode
    var rulesInForce: Set<String>
    var subject: CaseSubject
    var steps: [Step]
    /// `expected.recheck.known_at`.
    var recheckKnownAt: Instant?
}

/// Who asks. Evidence is kept with its age, because a step may move the clock.
struct CaseSubject {
    var principal: Principal
    /// Where nobody is behind the call, one person of whom nothing is known.
    var persons: [CasePerson]
    /// Nil: the bundle's own approvals count.
    var approvals: [Approval]?
}

struct CasePerson {
    var facts: PersonFacts
    var evidence: [AgedEvidence]
    var isRemoteSession: Bool
}
