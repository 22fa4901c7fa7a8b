package import Vocabulary

/// All rules, exceptions and approvals that are decided on together, as they were written.
package struct RuleBook: Hashable, Sendable {
    package var rules: [Rule]
    package var exceptions: [RuleException]
    package var approvals: [Approval]

    package init(rules: [Rule] = [], exceptions: [RuleException] = [], approvals: [Approval] = []) {
        self.rules = rules
        self.exceptions = exceptions
        self.approvals = approvals
    }

    /// The same book with only those rules and exceptions for which `keeps` answers yes.
    package func filtered(_ keeps: (RuleID) -> Bool) -> RuleBook {
        RuleBook(
            rules: rules.filter { keeps($0.id) }, exceptions: exceptions.filter { keeps($0.id) },
            approvals: approvals)
    }
}
