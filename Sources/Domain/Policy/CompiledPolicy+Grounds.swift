internal import Vocabulary

extension CompiledPolicy {
    /// Puts findings in order and says of each what it matched on. Off the path of what is allowed.
    func decision(
        _ findings: Findings, _ call: CompiledCall, _ deployment: CompiledDeployment, at: Instant, knownAt: Instant,
        cuts: [ActiveCut]
    ) -> Decision {
        var grounds: [Ground] = []
        if !findings.grounds.isEmpty {
            let input = DecisionInput(
                bundle: bundle, at: at, knownAt: knownAt, call: call.facts, deployment: deployment.facts, cuts: cuts)
            let groups = Dictionary(grouping: findings.grounds) { FindingKey(kind: $0.kind, index: $0.index) }
            grounds = groups.map { key, found in
                let persons = found.map(\.person).sorted()
                return ground(key, persons, input, call.persons[persons[0]], cuts)
            }
            grounds.sort { ($0.id, $0.rank) < ($1.id, $1.rank) }
        }
        let outcome: Decision.Outcome =
            if grounds.isEmpty {
                findings.isPermitted ? .permit : .noPermit
            } else {
                grounds.allSatisfy { !$0.undecided.isEmpty } ? .error : .forbid
            }
        return Decision(
            policy: self, call: call, deployment: deployment, at: at, knownAt: knownAt, cuts: cuts, outcome: outcome,
            grounds: grounds, lifted: findings.lifted.isEmpty ? [] : Set(findings.lifted).sorted(),
            obligationBits: findings.obligations)
    }

    private func ground(
        _ key: FindingKey, _ persons: [Int], _ input: DecisionInput, _ person: PersonFacts, _ cuts: [ActiveCut]
    ) -> Ground {
        switch key.kind {
        case .rule:
            let rule = forbids.sources[key.index]
            return Ground(
                source: .rule(rule.id, version: rule.version), undecided: undecided(rule.when, input, person),
                matches: matches(rule.when, input, person), persons: persons)
        case .cut:
            return Ground(source: .cut(cuts[key.index].id), undecided: [], matches: [], persons: persons)
        case .undischarged:
            let rule = obligations.sources[key.index]
            let obligation: Obligation = if case .oblige(let obligation) = rule.effect { obligation } else { .alert }
            return Ground(
                source: .undischarged(rule.id, version: rule.version, obligation), undecided: [],
                matches: matches(rule.when, input, person), persons: persons)
        }
    }

    private func matches(_ clauses: [Clause], _ input: DecisionInput, _ person: PersonFacts) -> [ClauseMatch] {
        clauses.map { clause in
            ClauseMatch(
                values: clause.anyOf.compactMap { literal in
                    let value = input.value(of: literal.attribute, person: person)
                    guard literal.mayHold(value) else { return nil }
                    return ClauseMatch.Value(
                        literal: literal, matched: literal.matched(value), isCertain: literal.mustHold(value))
                })
        }
    }

    private func undecided(_ clauses: [Clause], _ input: DecisionInput, _ person: PersonFacts) -> [Attribute] {
        let read = Set(clauses.flatMap(\.anyOf).map(\.attribute))
        return Attribute.allCases.filter { read.contains($0) && input.value(of: $0, person: person) == .absent }
    }
}

private struct FindingKey: Hashable {
    var kind: Finding.Kind
    var index: Int
}

extension Ground {
    /// Order of grounds with one id: versions of a rule, then its obligation.
    fileprivate var rank: Int {
        switch source {
        case .rule(_, let version): version
        case .cut: 0
        case .undischarged(_, let version, _): Int.max / 2 + min(version, Int.max / 2)
        }
    }
}
