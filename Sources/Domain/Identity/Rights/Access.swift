package import Vocabulary

/// What whoever acts may do, and for which entities: made once for a call and asked by every operation.
package struct Access: Sendable {
    /// Nil for a service and for nobody.
    package let person: PersonID?
    /// The user at the other end of the Unix socket; nil over TCP.
    package let peer: UInt32?
    private var everywhere = RightSet()
    private var delegated: [EntityID: RightSet] = [:]

    /// - Parameters:
    ///   - person: as the store has them now; one who has left may do nothing.
    ///   - delegations: any of any person's; those of `person` that are in force count.
    ///   - peer: the user id at the Unix socket, already checked to be root or the user that runs the installation. Nil
    ///     where a key or a session was presented as well: then what its holder may do counts, and nothing beside it.
    package init(person: Person?, delegations: [Delegation] = [], peer: UInt32? = nil, at now: Instant) {
        self.person = person?.id
        self.peer = peer
        if peer != nil { everywhere.formUnion(Access.peerRights) }
        guard let person, person.isActive else { return }
        for role in person.roles { everywhere.formUnion(role.rights) }
        for delegation in delegations where delegation.person == person.id && delegation.isInForce(at: now) {
            delegated[delegation.entity, default: []].formUnion(delegation.role.rights.subtracting(Access.personal))
        }
    }

    /// - Parameter entity: whose people, records or rules it concerns; nil for what concerns the whole firm, which a
    ///   delegation never opens.
    package func may(_ right: Right, in entity: EntityID? = nil) -> Bool {
        if everywhere.contains(right) { return true }
        guard let entity, let rights = delegated[entity] else { return false }
        return rights.contains(right)
    }

    /// For lists: what part of the firm they may show.
    package enum Reach: Equatable, Sendable {
        case everything
        /// Never empty.
        case entities(Set<EntityID>)
        case nothing
    }

    package func reach(of right: Right) -> Reach {
        if everywhere.contains(right) { return .everything }
        let entities = Set(delegated.filter { $0.value.contains(right) }.keys)
        return entities.isEmpty ? .nothing : .entities(entities)
    }

    /// Everything held for the whole firm, in the order of `Right.allCases`.
    package var rights: [Right] { everywhere.all }
    /// Everything held for one entity only.
    package var rightsByEntity: [EntityID: [Right]] { delegated.mapValues(\.all) }

    /// What comes with the person and is not passed on: whoever stands in cannot make others stand in.
    private static let personal: RightSet = [.delegationsWrite, .rolesWrite]

    /// The Unix socket of the data folder: its user keeps the machine, and is no natural person. They neither sign nor
    /// reopen, and open neither content nor the export-control desk, however much of the disk they could read.
    package static let peerRights = RightSet(Right.allCases.filter { !$0.isSignature && !personsOnly.contains($0) })
    private static let personsOnly: RightSet = [
        .cutReopen, .contentRead, .deskRead, .deskWrite, .delegationsWrite, .productionsRead,
    ]
}
