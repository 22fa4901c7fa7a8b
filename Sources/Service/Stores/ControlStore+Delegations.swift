package import Identity
package import Storage
package import Vocabulary

/// Who stands in for whom, for which entity. Gateways do not read them: they open nothing there.
extension ControlStore {
    package func put(_ delegation: Delegation) throws(StorageError) {
        try database.run(
            "INSERT OR REPLACE INTO delegations (id, person, role, entity, starts, ends, given_by, revoked) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(delegation.id.text), .text(delegation.person.text), .text(delegation.role.rawValue),
                .text(delegation.entity.text), .integer(delegation.from.nanoseconds),
                .integer(delegation.until.nanoseconds), .text(delegation.givenBy.text),
                ControlStore.time(delegation.revoked),
            ])
    }

    package func revoke(_ id: DelegationID, at: Instant) throws(StorageError) {
        try database.run(
            "UPDATE delegations SET revoked = coalesce(revoked, ?) WHERE id = ?",
            [.integer(at.nanoseconds), .text(id.text)])
    }

    package func delegations(of person: PersonID? = nil) throws(StorageError) -> [Delegation] {
        var delegations: [Delegation] = []
        let columns = "SELECT id, person, role, entity, starts, ends, given_by, revoked FROM delegations"
        try database.query(
            columns + (person == nil ? " ORDER BY id" : " WHERE person = ? ORDER BY id"),
            person.map { [.text($0.text)] } ?? []
        ) { (row) throws(StorageError) in
            delegations.append(
                Delegation(
                    id: try row.parsed(0) { DelegationID($0) }, person: try row.parsed(1) { PersonID($0) },
                    role: try row.parsed(2) { Role(rawValue: $0) }, entity: try row.parsed(3) { EntityID($0) },
                    from: Instant(nanoseconds: row.integer(4)), until: Instant(nanoseconds: row.integer(5)),
                    givenBy: try row.parsed(6) { PersonID($0) },
                    revoked: row.optionalInteger(7).map { Instant(nanoseconds: $0) }))
        }
        return delegations
    }
}
