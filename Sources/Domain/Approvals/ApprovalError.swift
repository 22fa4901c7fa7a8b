package import Vocabulary

package enum ApprovalError: Error, Hashable, Sendable {
    case notEntitledToPropose(needed: [String])
    case lastsTooLong(latest: Instant)
    case endsAlready
    /// What stands there instead.
    case notOpen(ProposalID, Approval.State)
    /// The person has signed before, perhaps by another account.
    case alreadySigned(ProposalID, person: PersonID, account: AccountID)
    case doesNotCount(person: PersonID, Approval.Discount)
    case notSigned(ProposalID, person: PersonID)
    case notTheProposer(ProposalID)
    /// The proposal is for an act with another content.
    case otherContent(ProposalID)
    case notGranted(ProposalID, missing: [String])
    case undecodable(path: String, expected: String)
}

extension ApprovalError {
    /// For programs.
    package var code: String {
        switch self {
        case .notEntitledToPropose, .notTheProposer: "forbidden"
        case .lastsTooLong, .endsAlready, .undecodable: "bad_field"
        case .notOpen(_, let state): state == .open || state == .granted ? "conflict" : "approval_\(state.rawValue)"
        case .alreadySigned: "same_person"
        case .doesNotCount(_, let why): why == .stale ? "stale_authentication" : "forbidden"
        case .notSigned: "not_signed"
        case .otherContent: "other_content"
        case .notGranted: "approval_needed"
        }
    }
}

extension ApprovalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notEntitledToPropose(let needed):
            "to propose this takes the role \(needed.joined(separator: " or "))"
        case .lastsTooLong(let latest): "content.until: it may last until \(latest) at the most"
        case .endsAlready: "content.until: it would be over before it begins"
        case .notOpen(let id, let state): "proposal \(id) is \(state.rawValue): make a new one"
        case .alreadySigned(let id, let person, let account):
            "\(person) has signed \(id) already, by account \(account): the next signature must be another person's"
        case .doesNotCount(let person, let why): "a signature of \(person) does not count here: \(why.words)"
        case .notSigned(let id, let person): "\(person) has not signed \(id)"
        case .notTheProposer(let id): "only who proposed \(id), or a signer of it, withdraws it"
        case .otherContent(let id): "proposal \(id) is for another content: what was signed is not what would be done"
        case .notGranted(let id, let missing):
            "proposal \(id) needs another person's signature: \(missing.joined(separator: "; "))"
        case .undecodable(let path, let expected): "\(path): expected \(expected)"
        }
    }
}
