// Small facts and rules that the tests of this folder build on; nothing here proves anything by itself.
import Vocabulary

@testable import Policy

enum Sample {
    static let now = instant("2026-10-06T02:00:00Z")

    static func instant(_ text: String) -> Instant {
        guard let instant = Instant(text) else { preconditionFailure("not an instant: \(text)") }
        return instant
    }

    static let lease = Lease(epoch: 1, id: 1, until: 1)

    static func person(
        _ id: StaticString = "p-1", places: PossiblePlaces = .among([Country("GB")]), tier: Int = 3,
        site: Assigned<Country> = .known(Country("GB")), classes: PossiblePersonClasses = .foreign,
        entity: Assigned<EntityID> = .known(EntityID("mb-uk")), roles: Names = .empty,
        designations: Names = .empty, ownership: Ownership = .none, alerts: Set<LocationAlert> = []
    ) -> PersonFacts {
        PersonFacts(
            id: PersonID(id), located: Located(places: places, tier: tier, alerts: alerts), site: site,
            classes: classes, entity: entity, entityCountry: Country("GB"), designations: designations, roles: roles,
            ownership: ownership)
    }

    static func call(
        _ persons: [PersonFacts], kind: AccessKind = .live, labels: Set<DataLabel> = [.internal],
        flags: Set<DataFlag> = [], approvals: [Approval] = [everything]
    ) -> CallFacts {
        CallFacts(
            principal: persons.isEmpty ? .service : .human, kind: kind, persons: persons,
            data: DataFacts(labels: labels, flags: DataFacts.flags(flags)), approvals: approvals)
    }

    static let everything = Approval(id: ApprovalID("A-1"), scopes: [.everything], valid: .always)

    static let claude = DeploymentFacts(
        id: DeploymentID("ant-direct"), model: ModelID("claude-opus-4-8"),
        lineage: .exactly(["anthropic", "claude-opus-4-8"]), operatedBy: .known(VendorID("anthropic")),
        channel: .direct, contract: .known(ContractID("K-ANT")), regions: .among([Country("US")]))

    static func rule(
        _ id: StaticString, effect: Rule.Effect = .forbid, when: [Clause], valid: Validity = .always,
        liftableBy: Set<Authority.Kind> = []
    ) -> Rule {
        Rule(
            id: RuleID(id), effect: effect, when: when, valid: valid,
            authority: Authority(kind: .contractClause, instrument: "Agreement", clause: "4.2"),
            decidedBy: "Legal", liftableBy: liftableBy, text: LocalizedText("Not here."))
    }

    static func clause(_ attribute: Attribute, _ test: Literal.Test) -> Clause { Clause(Literal(attribute, test)) }

    static func decide(
        _ rules: [Rule], _ call: CallFacts, _ deployment: DeploymentFacts = claude, at: Instant = now,
        cuts: [ActiveCut] = [], exceptions: [RuleException] = [], approvals: [Approval] = []
    ) throws -> Decision {
        let policy = try CompiledPolicy(RuleBook(rules: rules, exceptions: exceptions, approvals: approvals))
        return policy.evaluate(policy.compile(call), policy.compile(deployment), at: at, knownAt: at, cuts: cuts)
    }
}
