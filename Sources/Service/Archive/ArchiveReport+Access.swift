internal import Ledger
package import Vocabulary

/// What decides who may read a report.
extension ArchiveReport {
    /// Whoever asked the gate; nil for an act, and for a service.
    package var person: PersonID? {
        if case .exchange(let report) = self { report.exchange.caller?.person } else { nil }
    }

    /// Name of the log.
    package var log: String {
        switch self {
        case .exchange(let report): report.log
        case .act(let report): report.log
        }
    }
}
