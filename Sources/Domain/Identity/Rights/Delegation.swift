package import Vocabulary

/// A role, given to a person for one legal entity and for a time.
package struct Delegation: Hashable, Sendable {
    package var id: DelegationID
    /// Who may act.
    package var person: PersonID
    package var role: Role
    package var entity: EntityID
    package var from: Instant
    /// The first instant at which it does not hold any more.
    package var until: Instant
    /// The natural person who gave it.
    package var givenBy: PersonID
    package var revoked: Instant?

    package init(
        id: DelegationID, person: PersonID, role: Role, entity: EntityID, from: Instant, until: Instant,
        givenBy: PersonID, revoked: Instant? = nil
    ) {
        self.id = id
        self.person = person
        self.role = role
        self.entity = entity
        self.from = from
        self.until = until
        self.givenBy = givenBy
        self.revoked = revoked
    }

    package func isInForce(at now: Instant) -> Bool {
        from <= now && now < until && revoked.map { now < $0 } ?? true
    }

    /// LIMIT: seconds of one delegation, 366 days; it is given again after that.
    package static let longestSeconds: Int64 = 366 * 86_400

    /// Why one may not be given.
    package enum Fault: Error, Equatable, Sendable {
        /// Nobody stands in for this role.
        case roleNotDelegable(Role)
        /// Ends before it begins, or has ended.
        case empty
        case tooLong
        /// One gives to others.
        case toOneself
        /// One gives only what one holds oneself for the whole firm, by a role and not by a delegation.
        case notHeld(Role)
    }

    /// Checks a new one against whoever gives it.
    package func check(givenBy giver: Person, at now: Instant) throws(Fault) {
        guard role.isDelegable else { throw .roleNotDelegable(role) }
        guard from < until, now < until else { throw .empty }
        guard until <= from.adding(seconds: Delegation.longestSeconds) else { throw .tooLong }
        guard giver.id != person else { throw .toOneself }
        guard giver.isActive, giver.roles.contains(role), role.rights.contains(.delegationsWrite) else {
            throw .notHeld(role)
        }
    }
}
