package import Vocabulary

/// A duty that comes with an allowed call. Whoever calls says which duties it can discharge; one that it cannot denies.
package enum Obligation: String, CaseIterable, Sendable {
    case archive
    case redact
    case humanReview = "human_review"
    case discloseAI = "disclose_ai"
    case recordLineage = "record_lineage"
    case offerOptOut = "offer_opt_out"
    case alert
    case notifyCounsel = "notify_counsel"

    package enum Phase: String, Sendable {
        /// Done before anything is shown.
        case beforeRelease = "before_release"
        case afterRelease = "after_release"
    }

    package var phase: Phase {
        switch self {
        case .archive, .redact, .humanReview, .discloseAI, .recordLineage, .offerOptOut: .beforeRelease
        case .alert, .notifyCounsel: .afterRelease
        }
    }

    /// An alert is raised whether the call is allowed or not.
    package var appliesToDenials: Bool { self == .alert }
}

/// An obligation and the rule that lays it down.
package struct AppliedObligation: Hashable, Sendable {
    package var rule: RuleID
    package var version: Int
    package var obligation: Obligation

    package init(rule: RuleID, version: Int, obligation: Obligation) {
        self.rule = rule
        self.version = version
        self.obligation = obligation
    }
}
