package import Vocabulary

/// The right to send one call to one deployment, once. Only `CompiledPolicy.decide` makes one; the ledger consumes it.
///
/// INVARIANT: `decision.outcome` is `permit`.
package struct Permit: ~Copyable, Sendable {
    package let decision: Decision
    package let lease: Lease
    /// What the ledger keeps of the decision.
    package let encodedDecision: [UInt8]

    init(_ decision: Decision, lease: Lease) {
        precondition(decision.isAllowed, "a permit needs a decision that permits")
        self.decision = decision
        self.lease = lease
        encodedDecision = decision.encoded
    }

    package var deployment: DeploymentID { decision.deployment.facts.id }
    package var model: ModelID { decision.deployment.facts.model }
    /// The accountable persons; empty where nobody stands behind the call.
    package var persons: [PersonID] { decision.call.facts.persons.compactMap(\.id) }
    package var useCase: UseCaseID? { decision.call.facts.useCase?.id }
    package var obligations: [AppliedObligation] { decision.obligations }
}

package enum Verdict: ~Copyable, Sendable {
    case permit(Permit)
    case denied(Decision)
}
