internal import HTTP
internal import Identity
internal import Ledger
internal import Vocabulary

/// One call of the administration, with whoever makes it.
struct APICall: Sendable {
    let method: String
    /// The path's parts behind `/api`.
    let path: [String]
    let query: [String: String]
    let body: [UInt8]
    let actor: Actor
    /// What stood in `Authorization: Bearer`, if anything did.
    let bearer: String?

    /// Who acts: the user at the other end of the Unix socket, a person by their key, or both.
    struct Actor: Sendable {
        /// The user id at the Unix socket; nil over TCP.
        var peer: UInt32?
        var caller: Directory.Caller?

        /// Nil for a service account and for nobody.
        var person: Person? {
            guard let caller, case .person(let id) = caller.account.holder else { return nil }
            return caller.persons.first { $0.id == id }
        }

        /// Whoever may use the Unix socket may do everything there; over TCP a role is needed.
        func may(_ roles: Set<Role>) -> Bool {
            if peer != nil { return true }
            return person.map { !$0.roles.isDisjoint(with: roles) } ?? false
        }

        var recorded: RecordedActor {
            RecordedActor(person: person?.id, account: caller?.account.id, key: caller?.key.id, peer: peer)
        }
    }

    func require(_ roles: Set<Role>) throws(APIError) {
        guard actor.may(roles) else {
            let names = roles.map(\.rawValue).sorted().joined(separator: " or ")
            throw APIError(403, "forbidden", "this takes the role \(names), or the Unix socket of the installation")
        }
    }
}

extension Set<Role> {
    /// Whoever may look.
    static var readers: Set<Role> { [.compliance, .legal, .security, .platform, .auditor] }
    /// Whoever may change people, keys and bundles.
    static var administrators: Set<Role> { [.platform, .security] }
    /// Whoever may cut, and sign a reopening.
    static var cutters: Set<Role> { [.security, .compliance] }
}
