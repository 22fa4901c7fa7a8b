// Proves on random rules and facts that the masks decide exactly what trying every completion decides: forbids fire if
// some completion satisfies them, permits and exceptions apply if all do; that order never matters; that a forbid more
// never allows more.
import Glibc
import Testing
import Vocabulary

@testable import Policy

struct BruteForceTests {
    /// At least 20,000 inputs; PORTCULLIS_RANDOM_POLICIES asks for more.
    static let policies = getenv("PORTCULLIS_RANDOM_POLICIES").flatMap { Int(String(cString: $0)) } ?? 1_000
    static let inputsPerPolicy = 20

    private func book(_ random: inout SeededRandom) -> RuleBook {
        let forbids = (0..<4).map { index in
            var rule = Sample.rule("R", when: RandomWorld.clauses(&random), liftableBy: [.directive])
            rule.id = RuleID("R-\(index)") ?? rule.id
            return rule
        }
        let permit = Sample.rule("P-0", effect: .permit, when: RandomWorld.clauses(&random))
        let exception = RuleException(
            id: RuleID("X-0"), lifts: [RuleID("R-0")], when: RandomWorld.clauses(&random), valid: .always,
            authority: Authority(kind: .directive, instrument: "Letter", clause: nil), decidedBy: "Legal",
            text: LocalizedText("x"))
        return RuleBook(rules: forbids + [permit], exceptions: [exception])
    }

    @Test func masksAgreeWithEveryCompletion() throws {
        var fired = 0
        var permitted = 0
        var lifted = 0
        for seed in 0..<UInt64(BruteForceTests.policies) {
            var random = SeededRandom(seed: seed)
            let book = book(&random)
            let policy = try CompiledPolicy(book)
            for _ in 0..<BruteForceTests.inputsPerPolicy {
                let person = RandomWorld.person(&random)
                let call = policy.compile(RandomWorld.call([person], &random))
                let deployment = policy.compile(RandomWorld.deployment(&random))
                let decision = policy.evaluate(call, deployment, at: Sample.now, knownAt: Sample.now)
                let oracle = BruteForce(input: decision.input, person: person)

                let isLifted = oracle.mustHold(book.exceptions[0].when)
                let expected = book.rules.filter { rule in
                    rule.effect == .forbid && oracle.canHold(rule.when) && !(rule.id == RuleID("R-0") && isLifted)
                }
                #expect(decision.grounds.map(\.id) == expected.map(\.id.text), "seed \(seed)")
                let isPermitted = oracle.mustHold(book.rules[4].when)
                #expect(decision.matchingPermits == [isPermitted ? ["P-0"] : []], "seed \(seed)")
                #expect(decision.isAllowed == (isPermitted && expected.isEmpty), "seed \(seed)")

                fired += expected.isEmpty ? 0 : 1
                permitted += isPermitted ? 1 : 0
                lifted += decision.lifted.count
            }
        }
        // The inputs reach both sides of everything.
        let inputs = BruteForceTests.policies * BruteForceTests.inputsPerPolicy
        #expect((inputs / 10..<inputs).contains(fired))
        #expect((inputs / 20..<inputs).contains(permitted))
        #expect(lifted > inputs / 50)
    }

    @Test func orderOfRulesClausesAndLiteralsNeverMatters() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededRandom(seed: seed ^ 0xABCD)
            let book = book(&random)
            var shuffled = book
            shuffled.rules = book.rules.map { rule in
                var rule = rule
                rule.when = rule.when.map { Clause(anyOf: $0.anyOf.shuffled(using: &random)) }.shuffled(using: &random)
                return rule
            }.shuffled(using: &random)
            let policies = [try CompiledPolicy(book), try CompiledPolicy(shuffled)]
            for _ in 0..<20 {
                let facts = RandomWorld.call([RandomWorld.person(&random), RandomWorld.person(&random)], &random)
                let deployment = RandomWorld.deployment(&random)
                let records = policies.map { policy in
                    DecisionRecord(
                        policy.evaluate(
                            policy.compile(facts), policy.compile(deployment), at: Sample.now, knownAt: Sample.now))
                }
                #expect(records[0] == records[1], "seed \(seed)")
            }
        }
    }

    @Test func aForbidMoreNeverAllowsMore() throws {
        var changed = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededRandom(seed: seed ^ 0x1234)
            let book = book(&random)
            var larger = book
            var rule = Sample.rule("R-MORE", when: RandomWorld.clauses(&random))
            rule.version = 2
            larger.rules.append(rule)
            let (before, after) = (try CompiledPolicy(book), try CompiledPolicy(larger))
            for _ in 0..<20 {
                let facts = RandomWorld.call([RandomWorld.person(&random)], &random)
                let deployment = RandomWorld.deployment(&random)
                func decide(_ policy: CompiledPolicy) -> Decision {
                    policy.evaluate(
                        policy.compile(facts), policy.compile(deployment), at: Sample.now, knownAt: Sample.now)
                }
                let (old, new) = (decide(before), decide(after))
                #expect(old.isAllowed || !new.isAllowed, "seed \(seed)")
                #expect(Set(old.grounds.map(\.id)).isSubset(of: new.grounds.map(\.id)), "seed \(seed)")
                if old.isAllowed != new.isAllowed { changed += 1 }
            }
        }
        #expect(changed > 20)
    }

    @Test func aRecordReplaysInAnyPolicyOfTheSameRules() throws {
        for seed in 0..<100 as Range<UInt64> {
            var random = SeededRandom(seed: seed ^ 0x77)
            let book = book(&random)
            let policy = try CompiledPolicy(book)
            let facts = RandomWorld.call([RandomWorld.person(&random), .unknown], &random)
            let decision = policy.evaluate(
                policy.compile(facts), policy.compile(RandomWorld.deployment(&random)), at: Sample.now,
                knownAt: Sample.now)
            let record = try DecisionRecord(encoded: decision.encoded)
            #expect(DecisionRecord(try CompiledPolicy(book).evaluate(record.input)) == record, "seed \(seed)")
        }
    }
}
