package import Identity
package import Storage
package import Vocabulary

/// People, and the accounts with which they are met.
extension ControlStore {
    package func put(_ person: Person) throws(StorageError) {
        try database.transaction { () throws(StorageError) in try insert(person) }
    }

    /// Inside a transaction.
    func insert(_ person: Person) throws(StorageError) {
        try database.run(
            "INSERT OR REPLACE INTO people (id, name, title, entity, site, classes, roles, designations, active) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(person.id.text), .text(person.name), .text(person.title), .text(person.entity.text),
                person.site.map { .text($0.description) } ?? .null, .integer(Int64(person.classes.rawValue)),
                .text(person.roles.map(\.rawValue).sorted().joined(separator: ",")),
                .text(person.designations.sorted().joined(separator: ",")), .integer(person.isActive ? 1 : 0),
            ])
        try note(.person, person.id.text)
    }

    package func people(id: PersonID? = nil) throws(StorageError) -> [Person] {
        var people: [Person] = []
        try eachPerson(id) { people.append($0) }
        return people
    }

    /// One after the other: not all of them need room at once.
    func eachPerson(_ id: PersonID? = nil, _ body: (Person) -> Void) throws(StorageError) {
        // A firm has few kinds of people: each list is taken apart once.
        var rolesOf: [String: Set<Role>] = [:]
        var designationsOf: [String: Set<String>] = [:]
        let columns = "SELECT id, name, title, entity, site, classes, roles, designations, active FROM people"
        try database.query(columns + (id == nil ? " ORDER BY id" : " WHERE id = ?"), id.map { [.text($0.text)] } ?? [])
        {
            (row) throws(StorageError) in
            let (roles, designations) = (row.text(6), row.text(7))
            if rolesOf[roles] == nil { rolesOf[roles] = Set(try ControlStore.list(row, 6) { Role(rawValue: $0) }) }
            if designationsOf[designations] == nil {
                designationsOf[designations] = Set(try ControlStore.list(row, 7) { $0 })
            }
            body(
                Person(
                    id: try row.parsed(0) { PersonID($0) }, name: row.text(1), title: row.text(2),
                    entity: try row.parsed(3) { EntityID($0) },
                    site: row.isNull(4) ? nil : try row.parsed(4) { Country($0) },
                    classes: PossiblePersonClasses(rawValue: UInt8(truncatingIfNeeded: row.integer(5))),
                    roles: rolesOf[roles] ?? [], designations: designationsOf[designations] ?? [],
                    isActive: row.integer(8) != 0))
        }
    }

    // MARK: Accounts

    package func put(_ account: Account) throws(StorageError) {
        try database.transaction { () throws(StorageError) in try insert(account) }
    }

    /// Inside a transaction.
    func insert(_ account: Account) throws(StorageError) {
        let person: SQLValue = if case .person(let person) = account.holder { .text(person.text) } else { .null }
        try database.run(
            "INSERT OR REPLACE INTO accounts (id, person, accountable, active) VALUES (?, ?, ?, ?)",
            [
                .text(account.id.text), person, .text(account.accountable.map(\.text).joined(separator: ",")),
                .integer(account.isActive ? 1 : 0),
            ])
        try note(.account, account.id.text)
    }

    package func accounts(id: AccountID? = nil) throws(StorageError) -> [Account] {
        var accounts: [Account] = []
        try eachAccount(id) { accounts.append($0) }
        return accounts
    }

    func eachAccount(_ id: AccountID? = nil, _ body: (Account) -> Void) throws(StorageError) {
        let columns = "SELECT id, person, accountable, active FROM accounts"
        try database.query(columns + (id == nil ? " ORDER BY id" : " WHERE id = ?"), id.map { [.text($0.text)] } ?? [])
        {
            (row) throws(StorageError) in
            let holder: Account.Holder =
                row.isNull(1)
                ? .service(accountable: try ControlStore.list(row, 2) { PersonID($0) })
                : .person(try row.parsed(1) { PersonID($0) })
            body(Account(id: try row.parsed(0) { AccountID($0) }, holder: holder, isActive: row.integer(3) != 0))
        }
    }
}
