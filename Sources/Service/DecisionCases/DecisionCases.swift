package import Bundle
internal import JSON
internal import Policy
internal import Vocabulary

/// Answers decision cases, one JSON object a line, on the rules of a bundle. What a case says exists for it, exists,
/// and nothing else: `rules_in_force` picks rules and exceptions; obligations are always there.
///
/// The format, of cases and answers, is docs/formats/decision-cases.md.
package struct DecisionCases: ~Copyable {
    private let bundle: Bundle
    private let zones: ZoneSource
    private let ruleIDs: Set<String>
    private var policies: [PolicyKey: CompiledPolicy] = [:]
    private var parser = JSONParser()

    private struct PolicyKey: Hashable {
        var rules: Set<String>
        var keepsApprovals: Bool
    }

    package init(bundle: Bundle, zones: ZoneSource = .system) {
        self.bundle = bundle
        self.zones = zones
        let book = bundle.policy.book
        ruleIDs = Set(book.rules.map(\.id.text) + book.exceptions.map(\.id.text))
    }

    /// The answer to one case as a line of JSON, without its line end.
    package mutating func answer(_ line: [UInt8]) throws(DecisionCasesError) -> [UInt8] {
        try judge(line).answer.json
    }

    /// The answer, and where it differs from what the case expects.
    package mutating func check(_ line: [UInt8]) throws(DecisionCasesError) -> CaseCheck {
        let (answer, document) = try judge(line)
        let expected = document.root["expected"]
        return CaseCheck(
            id: answer.id,
            differences: try expected.map { (value) throws(DecisionCasesError) in
                try answer.differences(from: try CaseReader(value))
            } ?? [])
    }

    private mutating func judge(
        _ line: [UInt8]
    ) throws(DecisionCasesError) -> (answer: CaseAnswer, document: JSONDocument) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(line)
        } catch {
            throw DecisionCasesError("", "not JSON: \(error)")
        }
        let decisionCase = try DecisionCase(document.root, zones: zones)
        for id in decisionCase.rulesInForce.sorted() where !ruleIDs.contains(id) {
            throw DecisionCasesError("rules_in_force", "the bundle has no rule or exception `\(id)`")
        }
        let policy = try policy(
            PolicyKey(rules: decisionCase.rulesInForce, keepsApprovals: decisionCase.subject.approvals == nil))
        return (CaseAnswer(decisionCase, policy), document)
    }

    private mutating func policy(_ key: PolicyKey) throws(DecisionCasesError) -> CompiledPolicy {
        if let known = policies[key] { return known }
        var book = bundle.policy.book.filtered { key.rules.contains($0.text) }
        let filtered = Set(book.rules.map(\.id))
        book.rules += bundle.policy.book.rules.filter { rule in
            if case .oblige = rule.effect { return !filtered.contains(rule.id) }
            return false
        }
        if !key.keepsApprovals { book.approvals = [] }
        do throws(PolicyError) {
            let policy = try CompiledPolicy(book, bundle: bundle.hash)
            policies[key] = policy
            return policy
        } catch {
            throw DecisionCasesError("rules_in_force", error.description)
        }
    }
}

/// How a case came out against what it expects.
package struct CaseCheck: Hashable, Sendable {
    package var id: String
    /// `field: expected …, found …`; empty when all fields that the case expects agree.
    package var differences: [String]
    package var agrees: Bool { differences.isEmpty }
}
