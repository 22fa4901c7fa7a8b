package import Vocabulary

package enum PolicyError: Error, Hashable, Sendable {
    /// The clauses of a rule multiply out to more conjunctions than are evaluated.
    case tooManyTerms(limit: Int)
    /// A test that the attribute's kind of value does not have.
    case illFormed(rule: RuleID, attribute: Attribute)
    case tooManyObligations(limit: Int)
    /// Bytes that are no decision input; the path names the field.
    case undecodable(path: String, expected: String)
}

extension PolicyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooManyTerms(let limit):
            "the clauses of the rule multiply out to more than \(limit) combinations: split the rule"
        case .illFormed(let rule, let attribute):
            "rule \(rule) asks of \(attribute.rawValue) what that attribute cannot answer"
        case .tooManyObligations(let limit): "a bundle holds at most \(limit) rules that oblige"
        case .undecodable(let path, let expected): "decision input: \(path): expected \(expected)"
        }
    }
}
