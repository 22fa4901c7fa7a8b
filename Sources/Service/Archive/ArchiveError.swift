package import Files
package import Ledger
package import Vocabulary

/// Why something cannot be read out of the ledger.
package enum ArchiveError: Error, Equatable, Sendable {
    case file(FileError)
    /// `log` is the log's folder.
    case ledger(LedgerError, log: String)
    case notAReference(String)
    case noLog(Reference)
    /// The register holds a record that does not say what is cut off: nothing may be assumed about it.
    case badEvent(Reference, problem: String)
    case badDecision(Reference, problem: String)
    /// The snapshot that a decision rests on is not in the folder, or is another one.
    case noBundle(hash: String, path: String)
    case badBundle(path: String, problem: String)
    /// Records of administration are no exchanges.
    case notAnExchange(Reference)

    /// Nothing is there under this name; all else is a fault of the installation.
    package var isMissing: Bool {
        switch self {
        case .notAReference, .noLog, .notAnExchange, .ledger(.noSuchRecord, _): true
        default: false
        }
    }
}

extension ArchiveError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .ledger(let error, let log): "\(log): \(error)"
        case .notAReference(let text):
            "\(text) is no reference: one reads like D-gw1-hk-2026-4K7-5F, and its last part guards against slips"
        case .noLog(let reference):
            "no log of \(reference.custody) in \(reference.year) by \(reference.node) lies in this data folder"
        case .badEvent(let reference, let problem): "\(reference) is no event of the register: \(problem)"
        case .badDecision(let reference, let problem): "the decision of \(reference) cannot be read: \(problem)"
        case .noBundle(let hash, let path): "the bundle \(hash) is not at \(path): restore the file from a copy"
        case .badBundle(let path, let problem): "\(path): \(problem)"
        case .notAnExchange(let reference): "\(reference) is a record of administration, not an exchange"
        }
    }
}
