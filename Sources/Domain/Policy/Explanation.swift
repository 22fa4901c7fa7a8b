package import CBOR
internal import Vocabulary

/// Why a decision came out as it did: one tree, for people as text and for programs as data. Holds sealed grounds too;
/// it is for those who may read them.
package struct Explanation: Sendable {
    /// Objects, arrays, texts, numbers and truth values only.
    package let tree: CBOR

    package init(_ decision: Decision) {
        tree = .map([
            ("outcome", .text(decision.outcome.rawValue)), ("at", .text(decision.at.description)),
            ("known_at", .text(decision.knownAt.description)), ("bundle", .text(decision.bundle.description)),
            ("deployment", Explanation.deployment(decision)),
            ("persons", .array(zip(decision.call.persons, decision.matchingPermits).map(Explanation.person))),
            ("use_case", .optional(decision.call.facts.useCase?.id.text)),
            ("access", .text(decision.call.facts.kind.rawValue)),
            ("grounds", .array(decision.grounds.map { Explanation.ground($0, decision) })),
            ("lifted", .array(decision.lifted.map(Explanation.lifted))),
            ("obligations", .array(decision.obligations.map(Explanation.obligation))),
            ("cuts_considered", .array(decision.cuts.map { .text($0.id.text) })),
        ])
    }

    private static func deployment(_ decision: Decision) -> CBOR {
        let facts = decision.deployment.facts
        return .map([
            ("id", .text(facts.id.text)), ("model", .text(facts.model.text)),
            ("channel", .text(facts.channel.rawValue)),
            ("operator", .assigned(facts.operatedBy)), ("contract", .assigned(facts.contract)),
            ("regions", .countries(facts.regions.sorted)), ("lineage", .names(facts.lineage)),
        ])
    }

    private static func person(_ person: PersonFacts, permits: [String]) -> CBOR {
        .map([
            ("id", .optional(person.id?.text)), ("entity", .assigned(person.entity)), ("site", .assigned(person.site)),
            ("place", .countries(person.located.places.sorted)), ("tier", .integer(Int64(person.located.tier))),
            ("alerts", .texts(person.located.alerts.map(\.rawValue))),
            ("evidence", .array(person.located.used.map(evidence))), ("permits", .texts(permits)),
        ])
    }

    private static func evidence(_ used: UsedEvidence) -> CBOR {
        .map([
            ("id", .text(used.id.text)), ("kind", .text(used.kind.rawValue)),
            ("country", .text(used.country.description)),
            ("age_seconds", .integer(used.ageSeconds)), ("weight", .text(used.weight.rawValue)),
        ])
    }

    private static func ground(_ ground: Ground, _ decision: Decision) -> CBOR {
        var pairs: [(String, CBOR)] = [("id", .text(ground.id)), ("kind", .text(ground.kind))]
        let persons = ground.persons.map { decision.call.persons[$0].id?.text }
        pairs.append(("persons", .array(persons.map { .optional($0) })))
        if let rule = decision.rule(of: ground) {
            pairs += [
                ("version", .integer(Int64(rule.version))), ("authority", authority(rule.authority)),
                ("decided_by", .text(rule.decidedBy)), ("status", .text(rule.status.rawValue)),
                ("evidence", .texts(rule.evidence.map(\.text))), ("disclosure", .text(rule.disclosure.rawValue)),
                ("review_on", .optional(rule.reviewOn?.description)), ("text", .text(rule.text.english)),
                ("clauses", .array(ground.matches.map(match))),
            ]
        } else if let cut = decision.cuts.first(where: { $0.id.text == ground.id }) {
            pairs += [
                ("authority", authority(cut.authority)), ("since", .text(cut.since.description)),
                ("text", .text(cut.reason)),
            ]
        }
        if !ground.undecided.isEmpty {
            pairs.append(("undecided", .array(ground.undecided.map { .text($0.rawValue) })))
        }
        return .map(pairs)
    }

    private static func authority(_ authority: Authority) -> CBOR {
        .map([
            ("type", .text(authority.kind.rawValue)), ("instrument", .text(authority.instrument)),
            ("clause", .optional(authority.clause)),
        ])
    }

    private static func match(_ match: ClauseMatch) -> CBOR {
        .map([
            ("certain", .bool(match.isCertain)),
            (
                "any_of",
                .array(
                    match.values.map { value in
                        .map([
                            ("condition", .text(value.literal.description)),
                            ("matched", value.matched.map { .array($0.map { .text($0) }) } ?? .text("any")),
                            ("certain", .bool(value.isCertain)),
                        ])
                    })
            ),
        ])
    }

    private static func lifted(_ lifted: LiftedRule) -> CBOR {
        .map([
            ("rule", .text(lifted.rule.text)), ("exception", .text(lifted.exception.text)),
            ("version", .integer(Int64(lifted.exceptionVersion))),
        ])
    }

    private static func obligation(_ applied: AppliedObligation) -> CBOR {
        .map([
            ("rule", .text(applied.rule.text)), ("version", .integer(Int64(applied.version))),
            ("obligation", .text(applied.obligation.rawValue)), ("phase", .text(applied.obligation.phase.rawValue)),
        ])
    }
}

extension Ground {
    fileprivate var kind: String {
        switch source {
        case .rule: "rule"
        case .cut: "cut"
        case .undischarged: "undischarged"
        }
    }
}

extension Literal: CustomStringConvertible {
    /// As a rule is written: `caller.place not in anthropic-supported`.
    package var description: String {
        func named(_ set: ValueSet) -> String { set.name ?? "[" + set.members.sorted().joined(separator: ", ") + "]" }
        func number(_ bound: Int64) -> String { attribute.describe(bound...bound)[0] }
        let condition =
            switch test {
            case .isIn(let set): "in " + named(set)
            case .isNotIn(let set): "not in " + named(set)
            case .hasAny(let set): "has any of " + named(set)
            case .hasNone(let set): "has none of " + named(set)
            case .within(let set): "within " + named(set)
            case .reachesOutside(let set): "reaches outside " + named(set)
            case .above(let bound): "above " + number(bound)
            case .atLeast(let bound): "at least " + number(bound)
            case .below(let bound): "below " + number(bound)
            case .atMost(let bound): "at most " + number(bound)
            }
        return attribute.rawValue + " " + condition
    }
}
