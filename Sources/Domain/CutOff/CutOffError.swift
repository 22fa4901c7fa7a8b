package import Vocabulary

package enum CutOffError: Error, Hashable, Sendable {
    case emptyScope
    case noReason
    case reasonTooLong(bytes: Int, limit: Int)
    case badFileName
    case badDigest(bytes: Int)
    /// Another cut-off has the id already.
    case idTaken(CutID)
    case unknownCut(CutID)
    case alreadyReopened(CutID)
    /// The person has signed this reopening before, perhaps by another account or key.
    case alreadySigned(cut: CutID, person: PersonID, account: AccountID)
    case notEntitled(person: PersonID, needed: [String])
    /// One event id stands for two different events.
    case contradictoryEvents(CutEventID)
    case undecodable(path: String, expected: String)
}

extension CutOffError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyScope: "a cut-off needs at least one of vendor, model, channel, territory and class"
        case .noReason: "reason: a cut-off needs one, for those whom it stops"
        case .reasonTooLong(let bytes, let limit): "reason: \(bytes) bytes; at most \(limit) are kept"
        case .badFileName:
            "basis: the name of the file must have 1 to 255 characters, without `/` and control characters"
        case .badDigest(let bytes): "basis: a SHA-256 digest has 32 bytes, not \(bytes)"
        case .idTaken(let id): "cut-off \(id) exists already"
        case .unknownCut(let id): "there is no cut-off \(id)"
        case .alreadyReopened(let id): "cut-off \(id) is reopened already"
        case .alreadySigned(let cut, let person, let account):
            "\(person) has signed the reopening of \(cut) already, by account \(account): "
                + "the second signature must be another person's"
        case .notEntitled(let person, let needed):
            "\(person) may not reopen a cut-off: it takes the role \(needed.joined(separator: " or "))"
        case .contradictoryEvents(let id): "event \(id) stands for two different events"
        case .undecodable(let path, let expected): "cut-off event: \(path): expected \(expected)"
        }
    }
}
