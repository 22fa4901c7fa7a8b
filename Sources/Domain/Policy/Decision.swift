package import Vocabulary

/// What was decided for one call and one deployment, and all that it rests on.
package struct Decision: Sendable {
    /// Inside four outcomes; outside only `permit` lets anything pass.
    package enum Outcome: String, CaseIterable, Sendable {
        case permit
        /// At least one rule or cut-off forbids.
        case forbid
        /// Nothing forbids, and nothing permits.
        case noPermit = "no_permit"
        /// Only rules forbid that read facts which the input does not have.
        case error
    }

    package let policy: CompiledPolicy
    package let call: CompiledCall
    package let deployment: CompiledDeployment
    package let at: Instant
    package let knownAt: Instant
    /// The cut-offs that were considered.
    package let cuts: [ActiveCut]

    package let outcome: Outcome
    /// Everything that forbids, sorted by id; empty for `permit` and `noPermit`.
    package let grounds: [Ground]
    /// Rules that would have forbidden and were lifted, with the exception; sorted.
    package let lifted: [LiftedRule]
    let obligationBits: ObligationBits

    init(
        policy: CompiledPolicy, call: CompiledCall, deployment: CompiledDeployment, at: Instant, knownAt: Instant,
        cuts: [ActiveCut], outcome: Outcome, grounds: [Ground], lifted: [LiftedRule], obligationBits: ObligationBits
    ) {
        self.policy = policy
        self.call = call
        self.deployment = deployment
        self.at = at
        self.knownAt = knownAt
        self.cuts = cuts
        self.outcome = outcome
        self.grounds = grounds
        self.lifted = lifted
        self.obligationBits = obligationBits
    }

    package var isAllowed: Bool { outcome == .permit }
    package var bundle: BundleHash { policy.bundle }

    package var input: DecisionInput {
        DecisionInput(
            bundle: policy.bundle, at: at, knownAt: knownAt, call: call.facts, deployment: deployment.facts, cuts: cuts)
    }

    /// What must be done; of a denial only what is done for denials too. Sorted by rule.
    package var obligations: [AppliedObligation] {
        obligationBits.indices.compactMap { index in
            let rule = policy.obligations.sources[index]
            guard case .oblige(let obligation) = rule.effect, isAllowed || obligation.appliesToDenials else {
                return nil
            }
            return AppliedObligation(rule: rule.id, version: rule.version, obligation: obligation)
        }
    }
}

/// One reason for a denial.
package struct Ground: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case rule(RuleID, version: Int)
        case cut(CutID)
        /// A duty comes with the call that the caller of the engine cannot discharge.
        case undischarged(RuleID, version: Int, Obligation)
    }

    package let source: Source
    /// Attributes that the rule reads and the input does not have; where there are any, the rule could not be judged.
    package let undecided: [Attribute]
    /// The clauses, in the order of the rule, with the values that they matched on.
    package let matches: [ClauseMatch]
    /// Positions of the accountable persons for whom it fires, rising.
    package let persons: [Int]

    /// What is shown as the ground: the id of the rule, or of the cut-off.
    package var id: String {
        switch source {
        case .rule(let id, _), .undischarged(let id, _, _): id.text
        case .cut(let id): id.text
        }
    }
}

/// A clause that held, or may hold, and why.
package struct ClauseMatch: Hashable, Sendable {
    package struct Value: Hashable, Sendable {
        package let literal: Literal
        /// The possible values that satisfy the literal, sorted; nil stands for any.
        package let matched: [String]?
        /// False if the attribute may also have a value that does not satisfy it: then to know more can help.
        package let isCertain: Bool
    }

    /// Only literals that hold or may hold.
    package let values: [Value]
    /// Whether the clause holds whatever the unknown values are.
    package var isCertain: Bool { values.contains { $0.isCertain } }
}

package struct LiftedRule: Hashable, Comparable, Sendable {
    package let rule: RuleID
    package let exception: RuleID
    package let exceptionVersion: Int

    package static func < (left: LiftedRule, right: LiftedRule) -> Bool {
        (left.rule, left.exception, left.exceptionVersion) < (right.rule, right.exception, right.exceptionVersion)
    }
}
