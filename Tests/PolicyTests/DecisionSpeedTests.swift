// Proves that a decision on a bank's worth of rules stays within its budget, and prints the figure: 98 rules (24
// prohibitions with lists of countries, 36 approvals, 38 desk prohibitions), all grounds, set-valued facts.
import Testing
import Vocabulary

@testable import Policy

struct DecisionSpeedTests {
    /// LIMIT: microseconds for one decision on a shared machine; on a quiet one it takes a few hundred nanoseconds.
    static let budgetMicroseconds = 20.0

    private func book() -> RuleBook {
        var random = SeededRandom(seed: 42)
        let countries = (0..<Country.count).map { Country(index: $0).description }
        let vendors = ["anthropic", "openai", "google", "meta", "mistral", "deepseek", "alibaba", "xiaomi"]
        var rules: [Rule] = []
        func add(_ id: String, _ when: [Clause]) {
            var rule = Sample.rule("R", when: when)
            rule.id = RuleID(id) ?? rule.id
            rules.append(rule)
        }
        for index in 0..<24 {
            let list = ValueSet(countries.shuffled(using: &random).prefix(165))
            let vendor = ValueSet([vendors[index % vendors.count]])
            switch index % 3 {
            case 0:
                add(
                    "R-GEO-\(index)",
                    [
                        Sample.clause(.deploymentLineage, .hasAny(vendor)),
                        Sample.clause(.callKind, .isNotIn(ValueSet(["static_doc"]))),
                        Sample.clause(.callerPlace, .isNotIn(ValueSet(list.members.union(["GB", "US"])))),
                    ])
            case 1:
                add(
                    "R-DATA-\(index)",
                    [
                        Sample.clause(.dataLabel, .isIn(ValueSet(["client", "restricted"]))),
                        Clause(anyOf: [
                            Literal(.deploymentRegions, .reachesOutside(ValueSet(["DE", "FR", "IE", "US"]))),
                            Literal(.deploymentChannel, .isIn(ValueSet(["vendor_api"]))),
                        ]),
                    ])
            default:
                add(
                    "R-OWN-\(index)",
                    [
                        Sample.clause(.deploymentLineage, .hasAny(vendor)),
                        Sample.clause(.callerOwnedByUnsupported, .above(Int64(40 + index) * Percent.unitsPerPercent)),
                    ])
            }
        }
        for desk in 0..<38 {
            add(
                "R-DESK-\(desk)",
                [
                    Sample.clause(.callerRoles, .hasAny(ValueSet(["desk-\(desk)"]))),
                    Sample.clause(.deploymentModel, .isIn(ValueSet(["m-\(desk % 9)", "m-\(desk % 7)"]))),
                    Sample.clause(.callKind, .isNotIn(ValueSet(["static_doc"]))),
                ])
        }
        let approvals = (0..<36).compactMap { index -> Approval? in
            guard let id = ApprovalID("A-\(index)"), let lineage = LineageID(vendors[index % vendors.count]),
                let entity = EntityID(index < 8 ? "mb-uk" : "mb-\(index)")
            else { return nil }
            return Approval(
                id: id, scopes: [.lineage(lineage)], valid: .always,
                grantees: Approval.Grantees(entities: [entity]))
        }
        return RuleBook(rules: rules, approvals: approvals)
    }

    @Test func oneDecision() throws {
        let policy = try CompiledPolicy(book())
        let person = Sample.person(
            places: .among([Country("GB"), Country("US")]), roles: .exactly(["desk-99", "dev"]))
        let call = policy.compile(Sample.call([person], approvals: []))
        let deployment = policy.compile(Sample.claude)
        #expect(policy.evaluate(call, deployment, at: Sample.now, knownAt: Sample.now).isAllowed)

        let rounds = 20_000
        var best = Double.infinity
        var allowed = 0
        for _ in 0..<5 {
            let duration = ContinuousClock().measure {
                for _ in 0..<rounds {
                    switch policy.decide(call, deployment, at: Sample.now, cuts: [], lease: Sample.lease) {
                    case .permit: allowed += 1
                    case .denied: break
                    }
                }
            }
            best = min(best, Double(duration.components.attoseconds) / 1e12 / Double(rounds))
        }
        #expect(allowed == 5 * rounds)
        print("one decision, 98 rules: \((best * 1000).rounded()) ns")
        #expect(best < DecisionSpeedTests.budgetMicroseconds)

        let facts = Sample.call([person], approvals: [])
        let compile = ContinuousClock().measure { for _ in 0..<2_000 { _ = policy.compile(facts) } }
        print("facts of one call: \((Double(compile.components.attoseconds) / 1e12 / 2_000 * 1000).rounded()) ns")
    }
}
