internal import JSON
internal import Location
internal import Policy
internal import Vocabulary

/// What came of a case.
struct CaseAnswer {
    enum Verdict: String { case allow = "ALLOW", deny = "DENY", mixed = "MIXED" }

    /// One step, decided.
    struct StepAnswer {
        var deployment: String
        var isAllowed: Bool
        var rules: Set<String>
        var obligations: Set<String>
        var places: PossiblePlaces
    }

    var id: String
    var verdict: Verdict
    var rules: Set<String>
    var obligations: Set<String>
    var places: PossiblePlaces
    /// Mode each.
    var steps: [StepAnswer]?
    /// Mode chain; inner nil when nothing serves.
    var servedBy: String??
    var skipped: [String]?
    /// The same case with what was known at another instant; at most one.
    var rechecks: [(knownAt: Instant, answer: CaseAnswer)] = []

    /// What stands for a denial without any ground.
    static let noPermit = "NO-PERMIT"

    init(_ decisionCase: DecisionCase, _ policy: CompiledPolicy) {
        self.init(decisionCase, policy, knownAt: nil)
        if let knownAt = decisionCase.recheckKnownAt {
            rechecks = [(knownAt, CaseAnswer(decisionCase, policy, knownAt: knownAt))]
        }
    }

    /// - Parameter override: what was known, instead of the case's own.
    private init(_ decisionCase: DecisionCase, _ policy: CompiledPolicy, knownAt override: Instant?) {
        id = decisionCase.id
        func decide(_ step: DecisionCase.Step) -> StepAnswer {
            StepAnswer(step, of: decisionCase, policy, knownAt: override)
        }
        switch decisionCase.mode {
        case .single:
            let step = decide(decisionCase.steps[0])
            (verdict, rules) = (step.isAllowed ? .allow : .deny, step.rules)
            (obligations, places) = (step.obligations, step.places)
        case .each:
            let steps = decisionCase.steps.map(decide)
            let allowed = steps.count { $0.isAllowed }
            verdict = allowed == steps.count ? .allow : allowed == 0 ? .deny : .mixed
            rules = steps.reduce(into: []) { $0.formUnion($1.rules) }
            obligations = steps.reduce(into: []) { $0.formUnion($1.obligations) }
            places = steps.dropFirst().reduce(steps[0].places) { $0.union($1.places) }
            self.steps = steps
        case .chain:
            var denied: [StepAnswer] = []
            var serving: StepAnswer?
            for step in decisionCase.steps where step.isAvailable && serving == nil {
                let answer = decide(step)
                if answer.isAllowed { serving = answer } else { denied.append(answer) }
            }
            skipped = denied.map(\.deployment)
            servedBy = .some(serving?.deployment)
            if let serving {
                (verdict, rules) = (.allow, [])
                (obligations, places) = (serving.obligations, serving.places)
                return
            }
            verdict = .deny
            rules = denied.reduce(into: []) { $0.formUnion($1.rules) }
            obligations = denied.reduce(into: []) { $0.formUnion($1.obligations) }
            places = denied.last?.places ?? decisionCase.subject.places(at: decisionCase.at)
        }
    }
}

extension CaseAnswer.StepAnswer {
    init(_ step: DecisionCase.Step, of decisionCase: DecisionCase, _ policy: CompiledPolicy, knownAt: Instant?) {
        let at = step.at ?? decisionCase.at
        let subject = decisionCase.subject
        let call = CallFacts(
            principal: subject.principal, kind: step.kind, persons: subject.persons.map { $0.located(at: at) },
            data: step.data, approvals: subject.approvals ?? [])
        let decision = policy.evaluate(
            policy.compile(call), policy.compile(step.deployment), at: at,
            knownAt: knownAt ?? step.at ?? decisionCase.knownAt)
        deployment = step.deployment.id.text
        isAllowed = decision.isAllowed
        rules = Set(decision.grounds.map(\.id))
        if decision.outcome == .noPermit { rules = [CaseAnswer.noPermit] }
        obligations = Set(decision.obligations.map(\.rule.text))
        places = subject.places(at: at)
    }
}

extension CasePerson {
    func located(at now: Instant) -> PersonFacts {
        var facts = facts
        facts.located = Located(evidence.map { $0.seen(at: now) }, at: now, remoteSession: isRemoteSession)
        return facts
    }
}

extension CaseSubject {
    func places(at now: Instant) -> PossiblePlaces {
        let places = persons.map { $0.located(at: now).located.places }
        return places.dropFirst().reduce(places.first ?? .anywhere) { $0.union($1) }
    }
}
