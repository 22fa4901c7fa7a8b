internal import Identity
internal import JSON
internal import Vocabulary

/// The people and accounts of an installation, out of its lists.
struct KnownPeople {
    private(set) var people: [PersonID: Person] = [:]
    private(set) var accounts: [AccountID: Account] = [:]

    /// What a later version lists and this one cannot read is left out.
    init(people list: APIList, accounts accountList: APIList) {
        for entry in list.items {
            guard let person = Person(entry) else { continue }
            people[person.id] = person
        }
        for entry in accountList.items {
            guard let account = Account(entry) else { continue }
            accounts[account.id] = account
        }
    }
}

extension Person {
    fileprivate init?(_ entry: APIObject) {
        guard let id = entry["id"]?.text.flatMap({ PersonID($0) }),
            let entity = entry["entity"]?.text.flatMap({ EntityID($0) })
        else { return nil }
        var classes = PossiblePersonClasses()
        for value in entry["person_classes"]?.items ?? [] {
            if let value = value.text.flatMap({ PersonClass(rawValue: $0) }) {
                classes.insert(PossiblePersonClasses(value))
            }
        }
        self.init(
            id: id, name: entry["name"]?.text ?? "", title: entry["title"]?.text ?? "", entity: entity,
            site: entry["site"]?.text.flatMap { Country($0) }, classes: classes,
            roles: Set((entry["roles"]?.items ?? []).compactMap { $0.text.flatMap { Role(rawValue: $0) } }),
            designations: Set((entry["designations"]?.items ?? []).compactMap(\.text)),
            isActive: entry["active"]?.isTrue ?? true)
    }
}

extension Account {
    fileprivate init?(_ entry: APIObject) {
        guard let id = entry["id"]?.text.flatMap({ AccountID($0) }) else { return nil }
        let accountable = (entry["accountable"]?.items ?? []).compactMap { $0.text.flatMap { PersonID($0) } }
        let person = entry["person"]?.text.flatMap { PersonID($0) }
        self.init(
            id: id, holder: person.map { .person($0) } ?? .service(accountable: accountable),
            isActive: entry["active"]?.isTrue ?? true)
    }
}

// MARK: - Plans as JSON

extension PeoplePlan {
    /// The body of a call that carries changes out.
    static func body(_ changes: some Sequence<Change>) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { body in
            body.member(
                "people",
                array: { list in for change in changes { list.object { PeoplePlan.write(change.person, &$0) } } })
            body.member(
                "accounts",
                array: { list in
                    for account in changes.flatMap(\.accounts) {
                        list.object { entry in
                            entry.member("id", account.id.text)
                            entry.member("person", account.accountable.first?.text)
                        }
                    }
                })
        }
        return writer.bytes
    }

    private static func write(_ person: Person, _ object: inout JSONWriter) {
        object.member("id", person.id.text)
        object.member("name", person.name)
        object.member("title", person.title)
        object.member("entity", person.entity.text)
        object.member("site", person.site?.description)
        let classes = person.classes.values
        if classes.count == 1 { object.member("person_class", classes[0].rawValue) }
        object.member("roles", array: { list in for role in person.roles.sorted() { list.string(role.rawValue) } })
        object.member("designations", array: { list in for name in person.designations.sorted() { list.string(name) } })
        object.member("active", person.isActive)
    }

    /// `schema/people-import.schema.json`.
    func json(isApplied: Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("applied", isApplied)
            for (name, changes) in [("added", added), ("changed", changed), ("deactivated", deactivated)] {
                object.member(name, array: { list in for change in changes { list.object { write(change, &$0) } } })
            }
            object.member("unchanged", unchanged)
            object.member(
                "refused",
                array: { list in
                    for refusal in refused {
                        list.object { entry in
                            entry.member("line", refusal.line)
                            entry.member("problem", refusal.problem)
                        }
                    }
                })
        }
        return writer.bytes
    }

    private func write(_ change: Change, _ entry: inout JSONWriter) {
        entry.member("line", change.line)
        entry.member("id", change.person.id.text)
        entry.member("differences", array: { list in for text in change.differences { list.string(text) } })
        entry.member("accounts", array: { list in for account in change.accounts { list.string(account.id.text) } })
    }
}
