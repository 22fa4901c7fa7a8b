package import Vocabulary

/// What a file of people would change: worked out from the file and from what is known, before anything is. The same
/// plan is shown by a dry run and carried out by an import.
package struct PeoplePlan: Sendable {
    package struct Change: Equatable, Sendable {
        package var line: Int
        package var person: Person
        /// What is different, such as `entity meridian-uk → meridian-hk`; empty for somebody new.
        package var differences: [String]
        /// Accounts that are new.
        package var accounts: [Account]
    }

    package private(set) var added: [Change] = []
    package private(set) var changed: [Change] = []
    /// They leave: their keys and sessions end at once.
    package private(set) var deactivated: [Change] = []
    package private(set) var unchanged = 0
    package private(set) var refused: [PersonnelFile.Refusal]

    package struct Rules: Sendable {
        /// Whoever is known and does not stand in the file leaves.
        package var isComplete: Bool
        /// Roles may be given and taken: the right `roles.write`.
        package var mayWriteRoles: Bool
        /// The most that may leave by one file, of those who are active.
        package var mostLeavers: Int

        package init(isComplete: Bool = false, mayWriteRoles: Bool = true, mostLeavers: Int) {
            self.isComplete = isComplete
            self.mayWriteRoles = mayWriteRoles
            self.mostLeavers = mostLeavers
        }
    }

    /// Nothing of a file is taken over when more would leave than may: half a file looks like that.
    package struct TooManyLeavers: Error, Equatable, Sendable {
        package let count: Int
        package let most: Int
    }

    package init(
        _ file: PersonnelFile, people: [PersonID: Person], accounts: [AccountID: Account], rules: Rules
    ) throws(TooManyLeavers) {
        refused = file.refused
        var named = Set<PersonID>()
        var claimed: [AccountID: PersonID] = [:]
        for row in file.rows {
            named.insert(row.id)
            do throws(PersonnelFile.Refusal) { try take(row, people[row.id], accounts, &claimed, rules) } catch {
                refused.append(error)
            }
        }
        if rules.isComplete {
            for (id, person) in people where person.isActive && !named.contains(id) {
                var leaver = person
                leaver.isActive = false
                deactivated.append(
                    Change(line: 0, person: leaver, differences: ["not in the file any more"], accounts: []))
            }
        }
        refused.sort { $0.line < $1.line }
        deactivated.sort { ($0.line, $0.person.id) < ($1.line, $1.person.id) }
        guard deactivated.count <= rules.mostLeavers else {
            throw TooManyLeavers(count: deactivated.count, most: rules.mostLeavers)
        }
    }

    private mutating func take(
        _ row: PersonnelFile.Row, _ known: Person?, _ accounts: [AccountID: Account],
        _ claimed: inout [AccountID: PersonID], _ rules: Rules
    ) throws(PersonnelFile.Refusal) {
        let person = row.person(over: known)
        guard rules.mayWriteRoles || person.roles == known?.roles ?? [] else {
            throw PersonnelFile.Refusal(line: row.line, problem: "roles: changing them takes the right roles.write")
        }
        var new: [Account] = []
        for id in row.accounts ?? [] {
            if let other = claimed[id], other != row.id {
                throw PersonnelFile.Refusal(line: row.line, problem: "accounts: \(id) is given to \(other) as well")
            }
            guard let account = accounts[id] else {
                new.append(Account(id: id, holder: .person(row.id)))
                continue
            }
            // An account does not change hands: what was done through it would be another's.
            guard account.holder == .person(row.id) else {
                throw PersonnelFile.Refusal(line: row.line, problem: "accounts: \(id) belongs to somebody else")
            }
        }
        for account in new { claimed[account.id] = row.id }
        let differences = known.map { PeoplePlan.differences($0, person) } ?? []
        let change = Change(line: row.line, person: person, differences: differences, accounts: new)
        switch known {
        case nil: added.append(change)
        case let known? where known.isActive && !person.isActive: deactivated.append(change)
        case _ where differences.isEmpty && new.isEmpty: unchanged += 1
        default: changed.append(change)
        }
    }

    private static func differences(_ old: Person, _ new: Person) -> [String] {
        var found: [String] = []
        func note<Value: Equatable>(_ name: String, _ old: Value, _ new: Value, _ text: (Value) -> String) {
            if old != new { found.append("\(name) \(text(old)) → \(text(new))") }
        }
        func shown(_ texts: some Sequence<String>) -> String {
            let text = texts.sorted().joined(separator: ";")
            return text.isEmpty ? "-" : text
        }
        note("name", old.name, new.name) { $0 }
        note("title", old.title, new.title) { $0.isEmpty ? "-" : $0 }
        note("entity", old.entity, new.entity) { $0.text }
        note("site", old.site, new.site) { $0?.description ?? "-" }
        note("roles", old.roles, new.roles) { shown($0.map(\.rawValue)) }
        note("designations", old.designations, new.designations) { shown($0) }
        note("active", old.isActive, new.isActive) { $0 ? "yes" : "no" }
        return found
    }
}

extension PersonnelFile.Row {
    /// The person as the file says, and as known where it says nothing. Classes are the export-control desk's.
    fileprivate func person(over known: Person?) -> Person {
        Person(
            id: id, name: name, title: title ?? known?.title ?? "", entity: entity,
            site: site ?? known?.site, classes: known?.classes ?? .unknown,
            roles: roles ?? known?.roles ?? [.employee], designations: designations ?? known?.designations ?? [],
            isActive: isActive ?? known?.isActive ?? true)
    }
}
