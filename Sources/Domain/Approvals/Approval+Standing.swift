package import Vocabulary

/// Which signatures count, and who is missing.
extension Approval {
    /// Why a signature does not count.
    package enum Discount: String, Hashable, Sendable {
        case unknownPerson = "unknown_person"
        case foreignAccount = "foreign_account"
        case concerned
        case proposer
        case method
        case stale
        case notAsked = "not_asked"

        package var words: String {
            switch self {
            case .unknownPerson: "nobody of this name is active here"
            case .foreignAccount: "the account is not in use, is a service's, or is another person's"
            case .concerned: "the act is about them"
            case .proposer: "they proposed it, and the matrix has somebody else sign"
            case .method: "the matrix wants another way of signing"
            case .stale: "their sign-in is too long ago; sign in again"
            case .notAsked: "the matrix does not ask for a role of theirs"
            }
        }
    }

    /// One signature that the matrix asks for and nobody has given: any of the functions will do.
    package struct Missing: Hashable, Sendable {
        package var act: ActKind
        package var functions: Set<FunctionID>

        package var words: String {
            let names = functions.map(\.text).sorted().joined(separator: " or ")
            return "\(act.rawValue) takes one of \(names.isEmpty ? "nobody, so that it cannot be granted" : names)"
        }
    }

    package struct Standing: Hashable, Sendable {
        package var missing: [Missing] = []
        /// Who fills a place, in the order of signing.
        package var counted: [PersonID] = []

        package var isMet: Bool { missing.isEmpty }
    }

    /// Judged by the matrix and the people of now.
    package func standing(matrix: SignOffMatrix, roster: Roster, proof: Proof? = nil) -> Standing {
        var standing = Standing()
        var counted: Set<PersonID> = []
        for kind in act.kinds(proof) {
            let row = matrix.row(kind)
            let candidates = signatures.filter { discount($0, in: row, roster) == nil }
            let functions = candidates.map { roster.signatory($0.person)?.functions(for: act.entities) ?? [] }
            let places = Places(
                row.signs.map { slot in
                    candidates.indices.filter { !functions[$0].isDisjoint(with: slot) }
                })
            for (slot, candidate) in places.filled.enumerated() {
                if let candidate {
                    counted.insert(candidates[candidate].person)
                } else {
                    standing.missing.append(Missing(act: kind, functions: row.signs[slot]))
                }
            }
        }
        standing.counted = signatures.map(\.person).filter { counted.contains($0) }
        return standing
    }

    /// Nil for a signature that may fill a place of the row.
    func discount(_ signature: Signature, in row: SignOffRow, _ roster: Roster) -> Discount? {
        guard let signatory = roster.signatory(signature.person) else { return .unknownPerson }
        guard roster.holder(of: signature.account) == signature.person else { return .foreignAccount }
        if act.concerned.contains(signature.person) { return .concerned }
        if case .person(signature.person, _) = proposer, !row.proposerSigns { return .proposer }
        guard row.methods.contains(signature.evidence.method) else { return .method }
        guard signature.isFresh else { return .stale }
        let functions = signatory.functions(for: act.entities)
        return row.signs.contains { !functions.isDisjoint(with: $0) } ? nil : .notAsked
    }
}

/// Fills places with persons, each in one place only, as many places as can be: augmenting paths (Kuhn's algorithm).
/// With at most `SignOffRow.mostSigners` places there is nothing to save.
struct Places {
    private let candidates: [[Int]]
    /// The candidate in each place; nil for one that stays empty.
    private(set) var filled: [Int?]

    /// - Parameter candidates: who may take each place.
    init(_ candidates: [[Int]]) {
        self.candidates = candidates
        filled = Array(repeating: nil, count: candidates.count)
        for place in candidates.indices {
            var tried: Set<Int> = []
            _ = fill(place, &tried)
        }
    }

    /// Takes a candidate for the place, from another place if that one finds somebody else.
    private mutating func fill(_ place: Int, _ tried: inout Set<Int>) -> Bool {
        for candidate in candidates[place] where tried.insert(candidate).inserted {
            let holder = filled.firstIndex(of: candidate)
            if let holder, !fill(holder, &tried) { continue }
            filled[place] = candidate
            return true
        }
        return false
    }
}
