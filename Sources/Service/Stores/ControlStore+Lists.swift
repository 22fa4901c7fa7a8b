package import Identity
internal import Location
package import Storage
package import Vocabulary

/// Lists by pages: the keys of a page come from an index, in order, and then each row by its key, so that a page costs
/// the same at a hundred people and at three hundred thousand.
extension ControlStore {
    package struct PeopleFilter: Sendable {
        package var entity: EntityID?
        package var role: String?
        package var isActive: Bool?
        /// Of the id, or of the name without regard to case (ASCII).
        package var prefix: String?

        package init(entity: EntityID? = nil, role: String? = nil, isActive: Bool? = nil, prefix: String? = nil) {
            self.entity = entity
            self.role = role
            self.isActive = isActive
            self.prefix = prefix
        }
    }

    package enum KeyState: String, CaseIterable, Sendable {
        case active
        case revoked
        case expired
    }

    package struct KeyFilter: Sendable {
        package var account: AccountID?
        package var owner: PersonID?
        package var state: KeyState?

        package init(account: AccountID? = nil, owner: PersonID? = nil, state: KeyState? = nil) {
            self.account = account
            self.owner = owner
            self.state = state
        }
    }

    package struct AlertFilter: Sendable {
        package var kind: String?
        package var person: PersonID?
        package var since: Instant?

        package init(kind: String? = nil, person: PersonID? = nil, since: Instant? = nil) {
            self.kind = kind
            self.person = person
            self.since = since
        }
    }

    /// Conditions of a query with their values.
    private struct Conditions {
        private(set) var text: [String] = []
        private(set) var values: [SQLValue] = []

        mutating func add(_ condition: String, _ values: SQLValue...) {
            text.append(condition)
            self.values += values
        }

        mutating func addText(_ condition: String, _ value: String?) {
            if let value { add(condition, .text(value)) }
        }

        var clause: String { text.isEmpty ? "" : " WHERE " + text.joined(separator: " AND ") }
    }

    package func peopleCount() throws(StorageError) -> Int { try count("people") }
    package func keyCount() throws(StorageError) -> Int { try count("keys") }

    private func count(_ table: StaticString) throws(StorageError) -> Int {
        var count = 0
        try database.query("SELECT count(*) FROM \(table)") { row in count = Int(row.integer(0)) }
        return count
    }

    /// One more than `limit`, when there is one.
    private func keys(
        _ column: String, from table: String, _ conditions: Conditions, after: String?, limit: Int
    ) throws(StorageError) -> [String] {
        var conditions = conditions
        conditions.addText("\(column) > ?", after)
        var keys: [String] = []
        try database.query(
            "SELECT \(column) FROM \(table)\(conditions.clause) ORDER BY \(column) LIMIT ?",
            conditions.values + [.integer(Int64(limit) + 1)]
        ) { row in keys.append(row.text(0)) }
        return keys
    }

    /// Two lists of keys as one.
    private static func merged(_ left: [String], _ right: [String], limit: Int) -> [String] {
        Array(
            Set(left).union(right).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.prefix(limit + 1)
        )
    }

    // MARK: People

    /// Up to one more than `limit`, in the order of their ids.
    package func people(
        where filter: PeopleFilter, after: String?, limit: Int
    ) throws(StorageError) -> [Person] {
        var people: [Person] = []
        for text in try personKeys(filter, after, limit) {
            guard let id = PersonID(text) else { throw .damaged(table: "people", column: "id") }
            people += try self.people(id: id)
        }
        return people
    }

    private func personKeys(
        _ filter: PeopleFilter, _ after: String?, _ limit: Int
    ) throws(StorageError) -> [String] {
        var conditions = Conditions()
        if let isActive = filter.isActive { conditions.add("people.active = ?", .integer(isActive ? 1 : 0)) }
        guard let prefix = filter.prefix else {
            guard let role = filter.role else {
                conditions.addText("people.entity = ?", filter.entity?.text)
                return try keys("people.id", from: "people", conditions, after: after, limit: limit)
            }
            conditions.addText("person_roles.role = ?", role)
            conditions.addText("person_roles.entity = ?", filter.entity?.text)
            let table =
                "person_roles" + (filter.isActive == nil ? "" : " JOIN people ON people.id = person_roles.person")
            return try keys("person_roles.person", from: table, conditions, after: after, limit: limit)
        }
        conditions.addText("people.entity = ?", filter.entity?.text)
        conditions.addText(
            "EXISTS (SELECT 1 FROM person_roles AS r WHERE r.role = ? AND r.person = people.id)", filter.role)
        let end = prefix + "\u{10FFFF}"
        var (byID, byName) = (conditions, conditions)
        byID.add("people.id >= ? AND people.id < ?", .text(prefix), .text(end))
        byName.add("people.name COLLATE NOCASE >= ? AND people.name COLLATE NOCASE < ?", .text(prefix), .text(end))
        return ControlStore.merged(
            try keys("people.id", from: "people", byID, after: after, limit: limit),
            try keys("people.id", from: "people", byName, after: after, limit: limit), limit: limit)
    }

    // MARK: Accounts

    /// - Parameter person: whose own accounts, and those of services that the person answers for.
    package func accounts(of person: PersonID?, after: String?, limit: Int) throws(StorageError) -> [Account] {
        var found: [String]
        if let person {
            var (own, services) = (Conditions(), Conditions())
            own.addText("accounts.person = ?", person.text)
            services.add("accounts.person IS NULL")
            services.addText("instr(',' || accounts.accountable || ',', ',' || ? || ',') > 0", person.text)
            found = ControlStore.merged(
                try keys("accounts.id", from: "accounts", own, after: after, limit: limit),
                try keys("accounts.id", from: "accounts", services, after: after, limit: limit), limit: limit)
        } else {
            found = try keys("accounts.id", from: "accounts", Conditions(), after: after, limit: limit)
        }
        var accounts: [Account] = []
        for text in found {
            guard let id = AccountID(text) else { throw .damaged(table: "accounts", column: "id") }
            accounts += try self.accounts(id: id)
        }
        return accounts
    }

    // MARK: Keys

    package func keys(
        where filter: KeyFilter, at now: Instant, after: String?, limit: Int
    ) throws(StorageError) -> [APIKey] {
        var conditions = Conditions()
        conditions.addText("keys.account = ?", filter.account?.text)
        conditions.addText("keys.owner = ?", filter.owner?.text)
        switch filter.state {
        case nil: break
        case .revoked: conditions.add("keys.revoked IS NOT NULL")
        case .expired: conditions.add("keys.revoked IS NULL AND keys.expires <= ?", .integer(now.nanoseconds))
        case .active:
            conditions.add(
                "keys.revoked IS NULL AND (keys.expires IS NULL OR keys.expires > ?)", .integer(now.nanoseconds))
        }
        var found: [APIKey] = []
        for text in try keys("keys.id", from: "keys", conditions, after: after, limit: limit) {
            guard let id = KeyID(text) else { throw .damaged(table: "keys", column: "id") }
            found += try keys(id: id)
        }
        return found
    }

    // MARK: Evidence

    /// What tells one statement from another: person, kind, source, hop.
    package static func place(of row: EvidenceRow) -> [String] {
        [row.person.text, row.evidence.kind.rawValue, row.source.text, row.evidence.hop?.rawValue ?? ""]
    }

    /// - Parameter after: the place of the last statement before the page.
    package func evidence(
        of person: PersonID?, after: [String]?, limit: Int
    ) throws(StorageError) -> [EvidenceRow] {
        var conditions = Conditions()
        conditions.addText("person = ?", person?.text)
        if let after {
            let parts = (0..<4).map { SQLValue.text($0 < after.count ? after[$0] : "") }
            conditions.add("(person, kind, source, hop) > (?, ?, ?, ?)", parts[0], parts[1], parts[2], parts[3])
        }
        var places: [[String]] = []
        try database.query(
            "SELECT person, kind, source, hop FROM evidence\(conditions.clause) ORDER BY person, kind, source, hop LIMIT ?",
            conditions.values + [.integer(Int64(limit) + 1)]
        ) { row in places.append((0..<4).map { row.text($0) }) }
        let wanted = Set(places)
        var found: [[String]: EvidenceRow] = [:]
        for text in Set(places.map { $0[0] }) {
            guard let person = PersonID(text) else { throw .damaged(table: "evidence", column: "person") }
            for row in try evidence(of: person) {
                let place = ControlStore.place(of: row)
                if wanted.contains(place) { found[place] = row }
            }
        }
        return places.compactMap { found[$0] }
    }

    // MARK: Alerts

    /// The latest first. - Parameter before: the number of the last one before the page.
    package func alerts(where filter: AlertFilter, before: Int64?, limit: Int) throws(StorageError) -> [Alert] {
        var conditions = Conditions()
        conditions.addText("kind = ?", filter.kind)
        conditions.addText("person = ?", filter.person?.text)
        if let since = filter.since { conditions.add("at >= ?", .integer(since.nanoseconds)) }
        if let before { conditions.add("id < ?", .integer(before)) }
        var alerts: [Alert] = []
        try database.query(
            "SELECT id, at, kind, person, detail FROM alerts\(conditions.clause) ORDER BY id DESC LIMIT ?",
            conditions.values + [.integer(Int64(limit) + 1)]
        ) { row in
            alerts.append(
                Alert(
                    id: row.integer(0), at: Instant(nanoseconds: row.integer(1)), kind: row.text(2),
                    person: row.optionalText(3).flatMap { PersonID($0) }, detail: row.text(4)))
        }
        return alerts
    }
}
