internal import Bundle
package import Ledger
internal import LedgerFiles
internal import Policy
package import Vocabulary

/// What a reference leads to.
package enum ArchiveReport: Sendable {
    case exchange(ExchangeReport)
    case act(ActReport)

    /// What `GET /api/explain/{ref}` answers.
    package var json: [UInt8] {
        switch self {
        case .exchange(let report): report.json(.explanation)
        case .act(let report): report.json(withText: true)
        }
    }

    package var text: String {
        switch self {
        case .exchange(let report): report.text
        case .act(let report): report.text
        }
    }

    /// Whether every decision came out the same when it was decided again; an act has none.
    package var isReplayed: Bool {
        switch self {
        case .exchange(let report): report.isReplayed
        case .act: true
        }
    }
}

extension ArchiveReader {
    /// Everything about an exchange, with each decision made again on the bundle of its time, or about an act. A
    /// reference into the middle of an exchange leads to the whole.
    package func explanation(of reference: Reference) throws(ArchiveError) -> ArchiveReport {
        let log = try log(of: reference)
        let reader = reader(of: log)
        do throws(LedgerError) {
            let record = try reader.record(at: reference.index)
            if record.leaf.compartment == Compartment.administration.rawValue {
                return .act(ActReport(try reader.act(at: reference.index), of: log))
            }
            let exchange = try reader.exchange(at: record.leaf.first)
            return .exchange(try report(exchange, of: log, reader, BundleShelf(folder)))
        } catch { throw .ledger(error, log: path(of: log)) }
    }

    /// The exchange as it was recorded.
    package func exchange(of reference: Reference) throws(ArchiveError) -> RecordedExchange {
        guard case .exchange(let report) = try explanation(of: reference) else { throw .notAnExchange(reference) }
        return report.exchange
    }

    /// - Parameter shelf: where decisions are made again; nil leaves that out.
    func report(
        _ exchange: RecordedExchange, of log: LogIdentity, _ reader: LedgerReader<FileLogFolder>, _ shelf: BundleShelf?
    ) throws(LedgerError) -> ExchangeReport {
        var ended = exchange.began
        if let last = exchange.records.last {
            try reader.frames(from: last.index) { frame, _ throws(LedgerError) in
                ended = frame.leaf.wall
                return false
            }
        }
        return ExchangeReport(
            exchange, of: log, ended: ended,
            decisions: exchange.decisions.map { replay($0, log, shelf) })
    }

    private func replay(
        _ decided: RecordedExchange.Decided, _ log: LogIdentity, _ shelf: BundleShelf?
    ) -> ReplayedDecision {
        let recorded: DecisionRecord
        do throws(PolicyError) { recorded = try DecisionRecord(encoded: decided.decision) } catch {
            let problem = ArchiveError.badDecision(log.reference(to: decided.index), problem: error.description)
            return ReplayedDecision(index: decided.index, recorded: nil, decision: nil, problem: problem)
        }
        guard let shelf else {
            return ReplayedDecision(index: decided.index, recorded: recorded, decision: nil, problem: nil)
        }
        do throws(ArchiveError) {
            let bundle = try shelf.bundle(recorded.input.bundle)
            return ReplayedDecision(
                index: decided.index, recorded: recorded, decision: bundle.policy.evaluate(recorded.input), problem: nil
            )
        } catch {
            return ReplayedDecision(index: decided.index, recorded: recorded, decision: nil, problem: error)
        }
    }
}
