package import Vocabulary

/// A refusal as a person reads it: what happened, why, who decided, since when, what to use now, how to object. The
/// same facts as in the refusal's object, in English, a line each.
package enum RefusalMessage {
    package static func text(_ refusal: Refusal, reference: String) -> String {
        var lines = [refusal.text.english]
        for ground in refusal.disclosed.grounds { lines += reasons(ground) }
        if !refusal.alternatives.isEmpty {
            let models = refusal.alternatives.map { "\($0.model) (\($0.reason.english))" }
            lines.append("Use instead: " + models.joined(separator: "; "))
        }
        if let remedy = refusal.remedy { lines.append(remedy.english) }
        if let appeal = refusal.appeal { lines.append(appeal.english) }
        if !reference.isEmpty { lines.append("Ref " + reference) }
        return lines.joined(separator: "\n")
    }

    private static func reasons(_ ground: Refusal.Ground) -> [String] {
        var why = "Why: " + phrase(ground.authority.kind)
        if ground.disclosure == .full {
            why += ", " + ground.authority.instrument
            if let clause = ground.authority.clause { why += ", " + clause }
        }
        why += ". " + ground.text.english
        var decided = "Decided by " + ground.decidedBy + "."
        if ground.since != .distantPast { decided += " In force since " + date(ground.since) + "." }
        if let review = ground.reviewBy, review != .distantFuture { decided += " Next review " + date(review) + "." }
        return [why, decided]
    }

    private static func phrase(_ kind: Authority.Kind) -> String {
        switch kind {
        case .law: "a law"
        case .directive: "a directive"
        case .regulatorGuidance: "guidance of a regulator"
        case .contractClause: "a contract"
        case .vendorTerms: "the vendor's terms"
        case .internalPolicy: "an internal policy"
        case .precaution: "a precaution"
        }
    }

    /// `18 June 2026 01:00 UTC`.
    private static func date(_ instant: Instant) -> String {
        let time = LocalTime(secondsAsUTC: instant.seconds)
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let minute = time.minute < 10 ? "0\(time.minute)" : "\(time.minute)"
        let hour = time.hour < 10 ? "0\(time.hour)" : "\(time.hour)"
        return "\(time.day) \(months[time.month - 1]) \(time.year) \(hour):\(minute) UTC"
    }
}
