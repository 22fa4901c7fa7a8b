package import Vocabulary

/// Lifts the rules that it names, where its own scope and dates hold, and only rules that list its authority. Never an
/// edit of the rule.
package struct RuleException: Hashable, Sendable {
    package var id: RuleID
    package var version: Int
    package var lifts: Set<RuleID>
    package var when: [Clause]
    package var valid: Validity
    package var recorded: Range<Instant>
    package var status: Rule.Status
    package var authority: Authority
    package var decidedBy: String
    package var reviewOn: Instant?
    package var text: LocalizedText

    package init(
        id: RuleID, version: Int = 1, lifts: Set<RuleID>, when: [Clause], valid: Validity,
        recorded: Range<Instant>? = nil, status: Rule.Status = .inForce, authority: Authority, decidedBy: String,
        reviewOn: Instant? = nil, text: LocalizedText
    ) {
        self.id = id
        self.version = version
        self.lifts = lifts
        self.when = when
        self.valid = valid
        self.recorded = recorded ?? (valid.start ?? .distantPast)..<Instant.distantFuture
        self.status = status
        self.authority = authority
        self.decidedBy = decidedBy
        self.reviewOn = reviewOn
        self.text = text
    }
}
