package import Ledger
package import Vocabulary

/// One exchange, told from its records: who asked what, what was decided about each candidate and on which grounds,
/// what went where, what came of it. Holds no content, only lengths and digests, unless that is asked for.
package struct ExchangeReport: Sendable {
    /// What was done about one candidate, or the refusal, with the decisions that belong to it.
    package struct Step: Sendable {
        package enum Kind: Sendable {
            case admitted(RecordedExchange.Attempt)
            case passed(RecordedExchange.Hop)
            case refused(RefusedRecord)
        }

        package let index: UInt64
        package let kind: Kind
        package internal(set) var decisions: [ReplayedDecision] = []
    }

    package let reference: Reference
    /// Name of the log.
    package let log: String
    package let exchange: RecordedExchange
    /// Time of the last record.
    package let ended: Instant
    package let steps: [Step]

    /// - Parameter decisions: those of the exchange, in order.
    init(
        _ exchange: RecordedExchange, of log: LogIdentity, ended: Instant, decisions: [ReplayedDecision]
    ) {
        self.exchange = exchange
        self.ended = ended
        self.log = log.origin
        reference = log.reference(to: exchange.index)
        var steps =
            exchange.attempts.map { Step(index: $0.index, kind: .admitted($0)) }
            + exchange.hops.map { Step(index: $0.index, kind: .passed($0)) }
        if let refusal = exchange.refusal, let record = exchange.records.last(where: { $0.type == .refused }) {
            steps.append(Step(index: record.index, kind: .refused(refusal)))
        }
        steps.sort { $0.index < $1.index }
        // A decision stands behind the record that it belongs to.
        for decision in decisions {
            guard let step = steps.lastIndex(where: { $0.index < decision.index }) else { continue }
            steps[step].decisions.append(decision)
        }
        self.steps = steps
    }

    package var decisions: [ReplayedDecision] { steps.flatMap(\.decisions) }

    /// Whether every decision was decided again and came out the same.
    package var isReplayed: Bool { decisions.allSatisfy(\.isIdentical) }

    /// complete, abort, cut, refused, or open for one that has no end yet or ended with its node.
    package var state: String {
        switch exchange.outcome {
        case .complete: "complete"
        case .abort: "abort"
        case .cut: "cut"
        case nil: exchange.refusal == nil ? "open" : "refused"
        }
    }

    /// As the client spelled it.
    package var modelAsked: String? {
        exchange.attempts.first?.record.route.modelAsked ?? exchange.refusal?.modelAsked
    }

    /// What inspection saw in the request.
    package var findings: [RecordedFinding] {
        exchange.attempts.first?.record.findings ?? exchange.refusal?.findings ?? []
    }
}
