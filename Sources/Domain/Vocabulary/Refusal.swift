/// A denial as its reader gets it, whatever protocol they speak: what happened, on which grounds, what to do instead.
/// Sealed grounds are not in it; who wants them reads the ledger.
package struct Refusal: Sendable, Equatable {
    package enum Code: String, CaseIterable, Sendable {
        case policyDenied = "policy_denied"
        case noPermit = "no_permit"
        case cut
        case dataBlocked = "data_blocked"
        case budget
        case termsMissing = "terms_missing"
        case trainingMissing = "training_missing"
        case unavailable
        case notRecordable = "not_recordable"
    }

    /// One disclosed ground.
    package struct Ground: Sendable, Equatable {
        package var id: RuleID
        package var version: Int
        package var authority: Authority
        /// A function ("Third-Party Risk"), never a person.
        package var decidedBy: String
        package var since: Instant
        package var reviewBy: Instant?
        package var disclosure: Disclosure
        package var text: LocalizedText

        package init(
            id: RuleID, version: Int, authority: Authority, decidedBy: String, since: Instant, reviewBy: Instant?,
            disclosure: Disclosure, text: LocalizedText
        ) {
            self.id = id
            self.version = version
            self.authority = authority
            self.decidedBy = decidedBy
            self.since = since
            self.reviewBy = reviewBy
            self.disclosure = disclosure
            self.text = text
        }
    }

    package struct Alternative: Sendable, Equatable {
        package var model: ModelID
        package var reason: LocalizedText

        package init(model: ModelID, reason: LocalizedText) {
            self.model = model
            self.reason = reason
        }
    }

    package var code: Code
    package var text: LocalizedText
    package var remedy: LocalizedText?
    package var appeal: LocalizedText?
    package var grounds: [Ground]
    package var alternatives: [Alternative]
    /// The request's field that is at fault, for `data_blocked` and the like: a JSON path such as
    /// `messages[0].content[1]`.
    package var field: String?

    package init(
        code: Code, text: LocalizedText, remedy: LocalizedText? = nil, appeal: LocalizedText? = nil,
        grounds: [Ground] = [], alternatives: [Alternative] = [], field: String? = nil
    ) {
        self.code = code
        self.text = text
        self.remedy = remedy
        self.appeal = appeal
        self.grounds = grounds
        self.alternatives = alternatives
        self.field = field
    }

    /// 451 (RFC 7725) when a disclosed ground is a law or an order, else 403; 503 when it is not a judgement at all.
    package var status: Int {
        switch code {
        case .unavailable, .notRecordable: 503
        default: grounds.contains { $0.authority.kind.isLegalDemand } ? 451 : 403
        }
    }
}
