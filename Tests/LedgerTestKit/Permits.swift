package import Policy
package import Vocabulary

/// Makes permits for tests by the only way there is: a policy that allows everything decides.
package struct PermitOffice {
    private let policy: CompiledPolicy

    package init() {
        let approval = Approval(id: ApprovalID("A-TEST"), scopes: [.everything], valid: .always)
        do {
            policy = try CompiledPolicy(RuleBook(approvals: [approval]))
        } catch { preconditionFailure("a policy of one approval is sound") }
    }

    /// - Parameter markets: facts that make decisions differ in content and length.
    package func permit(deployment: DeploymentID, lease: Lease, markets: [String]) -> Permit {
        let call = CallFacts(
            principal: .human, persons: [],
            data: DataFacts(labels: [.internal], flags: DataFacts.flags([]), markets: Names(markets)))
        let facts = DeploymentFacts(
            id: deployment, model: ModelID("test-model"), lineage: Names(["test"]), channel: .direct, regions: .anywhere
        )
        switch policy.decide(
            policy.compile(call), policy.compile(facts), at: Instant(seconds: 1), cuts: [], lease: lease)
        {
        case .permit(let permit): return permit
        case .denied: preconditionFailure("the policy allows everything")
        }
    }
}
