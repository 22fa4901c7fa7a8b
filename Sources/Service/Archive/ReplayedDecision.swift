internal import Bundle
package import Policy

/// A recorded decision, and the same input decided again on the recorded bundle.
package struct ReplayedDecision: Sendable {
    /// Of its record.
    package let index: UInt64
    /// Nil when the record is not one that Policy wrote.
    package let recorded: DecisionRecord?
    /// What comes of it now; nil when it cannot be decided again.
    package let decision: Decision?
    /// Why it cannot be decided again.
    package let problem: ArchiveError?

    /// Whether it comes out the same, to the last ground and obligation.
    package var isIdentical: Bool { decision != nil && differences.isEmpty }

    /// `grounds: recorded A@1, now B@2`; empty when nothing differs or nothing could be decided.
    package var differences: [String] {
        guard let recorded, let decision else { return [] }
        let now = DecisionRecord(decision)
        var differences: [String] = []
        func compare(_ name: String, _ before: [String], _ after: [String]) {
            func list(_ texts: [String]) -> String { texts.isEmpty ? "none" : texts.joined(separator: ", ") }
            if before != after { differences.append("\(name): recorded \(list(before)), now \(list(after))") }
        }
        compare("outcome", [recorded.outcome.rawValue], [now.outcome.rawValue])
        compare("grounds", recorded.grounds, now.grounds)
        compare("obligations", recorded.obligations, now.obligations)
        compare("lifted", recorded.lifted, now.lifted)
        if recorded.input != now.input { differences.append("input: it is not kept whole") }
        return differences
    }
}
