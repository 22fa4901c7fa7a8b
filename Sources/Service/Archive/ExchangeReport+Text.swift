internal import Crypto
internal import Ledger
internal import Policy
internal import Vocabulary

extension ExchangeReport {
    /// For people: a few lines about the exchange, then each step with its whole decision.
    package var text: String {
        var lines = [
            "\(reference): \(headline)",
            "when      \(exchange.began) to \(ended)",
            "who       \(who)",
            "asked     \(modelAsked ?? "-") by \(exchange.head?.method ?? "-") \(exchange.head?.path ?? "-"), "
                + ExchangeReport.digest(exchange.received),
        ]
        for finding in findings {
            lines.append(
                "found     \(finding.detector) in \(finding.field ?? "the body"), bytes "
                    + "\(finding.range.lowerBound)..<\(finding.range.upperBound), "
                    + "\(finding.confidence): \(finding.verdict)"
            )
        }
        for step in steps { lines += self.lines(of: step) }
        lines.append(
            "shown     \(exchange.answer.map { "\($0.status), " } ?? "")\(ExchangeReport.digest(exchange.shown))")
        lines.append("records   " + exchange.records.map { "\($0.index) \($0.type)" }.joined(separator: ", "))
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: String {
        switch exchange.outcome {
        case .complete(let completion): "answered" + (completion.stop.map { ", stopped by \($0)" } ?? "")
        case .abort(let abort): "broken off by the \(abort.side.rawValue): \(abort.reason)"
        case .cut(let cut, _, _): "ended by cut-off \(cut)"
        case nil: exchange.refusal.map { "refused, \($0.code.rawValue)" } ?? "without an end"
        }
    }

    private var who: String {
        guard let caller = exchange.caller else { return "-" }
        var parts = [caller.person?.text ?? "no person"]
        if let account = caller.account { parts.append("account \(account)") }
        if let key = caller.key { parts.append("key \(key)") }
        if let entity = caller.entity { parts.append("of \(entity)") }
        if let useCase = caller.useCase { parts.append("for \(useCase)") }
        let others = caller.accountable.filter { $0 != caller.person }
        if !others.isEmpty { parts.append("answered for by " + others.map(\.text).joined(separator: ", ")) }
        return parts.joined(separator: ", ")
    }

    private func lines(of step: Step) -> [String] {
        var lines: [String]
        switch step.kind {
        case .admitted(let attempt):
            let route = attempt.record.route
            lines = [
                "hop \(attempt.record.hop)     \(route.deployment): admitted; "
                    + "\(route.upstreamModel) of \(route.operatorID) "
                    + "by \(route.channel), contract \(route.contract?.text ?? "-"), regions "
                    + (route.regions.isEmpty ? "-" : route.regions.joined(separator: ", ")),
                "  sent      "
                    + (attempt.isDecided
                        ? ExchangeReport.digest(attempt.sent)
                            + (attempt.sent == exchange.received ? ", as received" : "")
                        : "nothing: the admission was never acknowledged"),
                "  returned  \(attempt.head.map { "\($0.status), " } ?? "")\(ExchangeReport.digest(attempt.returned))",
            ]
        case .passed(let hop):
            let status = hop.record.status.map { " \($0)" } ?? ""
            lines = [
                "hop \(hop.record.hop)     \(hop.record.deployment): did not serve, "
                    + "\(hop.record.outcome.rawValue)\(status)"
            ]
        case .refused(let refusal): lines = ["refused   \(refusal.code.rawValue), status \(refusal.answer.status)"]
        }
        for decision in step.decisions { lines += ExchangeReport.lines(of: decision) }
        return lines
    }

    private static func lines(of decision: ReplayedDecision) -> [String] {
        var lines: [String] = []
        if let recorded = decision.recorded {
            let grounds = recorded.grounds.isEmpty ? "" : " by " + recorded.grounds.joined(separator: ", ")
            lines.append("  decided   \(recorded.outcome.rawValue)\(grounds)")
        }
        if let problem = decision.problem { lines.append("  replay    not possible: \(problem)") }
        lines += decision.differences.map { "  replay    DIFFERS, \($0)" }
        if let decided = decision.decision {
            if decision.isIdentical { lines.append("  replay    identical") }
            lines += Explanation(decided).text.split(separator: "\n").map { "    " + $0 }
        }
        return lines
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        bytes.isEmpty ? "nothing" : "\(bytes.count) bytes, sha256 \(SHA256.digest(bytes).hexadecimal)"
    }
}
