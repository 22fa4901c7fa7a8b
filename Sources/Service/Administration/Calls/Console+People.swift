internal import Bundle
internal import CBOR
internal import Identity
internal import JSON
internal import Ledger
internal import Location
internal import Registry
internal import Storage
internal import Stores
internal import Vocabulary

/// People and accounts: who there is.
extension Console {
    func listPeople(_ call: APICall) async throws(Problem) -> Reply {
        let page = call.page
        let filter = ControlStore.PeopleFilter(
            entity: call.query["entity"].flatMap { EntityID($0) }, role: call.query["role"],
            isActive: call.query["active"].map { $0 == "true" }, prefix: call.query["q"])
        let found = try await store { store throws(StorageError) in
            try store.people(where: filter, after: page.afterText, limit: page.limit)
        }
        return Page(found, page, key: \.id.text).reply(Console.write)
    }

    func showPerson(_ call: APICall) async throws(Problem) -> Reply {
        let id: PersonID = try call.id()
        let found = try await store { store throws(StorageError) in try store.people(id: id) }
        guard let person = found.first else { throw .notFound("there is no person \(id)") }
        return Console.reply(person)
    }

    private static func reply(_ person: Person) -> Reply { Reply { write(person, &$0) } }

    /// Whoever calls, as the installation knows them.
    func showCaller(_ call: APICall) async throws(Problem) -> Reply {
        let actor = call.actor
        return Reply { object in
            object.key("person")
            if let person = actor.person { object.object { Console.write(person, &$0) } } else { object.null() }
            object.member("account", actor.caller?.account.id.text)
            object.member("key", actor.caller?.bearer.key?.text)
            object.key("uid")
            if let peer = actor.peer { object.integer(peer) } else { object.null() }
            object.member(
                "rights",
                array: { list in for right in actor.access.rights { list.string(right.rawValue) } })
        }
    }

    private static func write(_ person: Person, _ object: inout JSONWriter) {
        object.member("id", person.id.text)
        object.member("name", person.name)
        object.member("title", person.title)
        object.member("entity", person.entity.text)
        object.member("site", person.site?.description)
        object.member(
            "person_classes", array: { list in for value in person.classes.values { list.string(value.rawValue) } })
        object.member("roles", array: { list in for role in person.roles.sorted() { list.string(role.rawValue) } })
        object.member("designations", array: { list in for name in person.designations.sorted() { list.string(name) } })
        object.member("active", person.isActive)
    }

    func listAccounts(_ call: APICall) async throws(Problem) -> Reply {
        let page = call.page
        var person = call.query["person"].flatMap { PersonID($0) }
        if let own = try call.onlyOwn() {
            guard person ?? own == own else { return Page([Account](), page, key: \.id.text).reply { _, _ in } }
            person = own
        }
        let holder = person
        let found = try await store { store throws(StorageError) in
            try store.accounts(of: holder, after: page.afterText, limit: page.limit)
        }
        return Page(found, page, key: \.id.text).reply(Console.write)
    }

    func showAccount(_ call: APICall) async throws(Problem) -> Reply {
        let own = try call.onlyOwn()
        let id: AccountID = try call.id()
        let found = try await store { store throws(StorageError) in try store.accounts(id: id) }
        guard let account = found.first, own.map({ account.accountable.contains($0) }) ?? true else {
            throw .notFound("there is no account \(id)")
        }
        return Reply { Console.write(account, &$0) }
    }

    private static func write(_ account: Account, _ entry: inout JSONWriter) {
        entry.member("id", account.id.text)
        if case .person(let person) = account.holder {
            entry.member("person", person.text)
        } else {
            entry.key("person")
            entry.null()
        }
        entry.member("accountable", array: { list in for person in account.accountable { list.string(person.text) } })
        entry.member("active", account.isActive)
    }

    // MARK: Changes

    func putPeople(_ call: APICall) async throws(Problem) -> Reply {
        let body = try call.reader()
        // Who is named twice is what was said last.
        var people: [PersonID: Person] = [:]
        for reader in try body.objects("people") ?? [] {
            let person = try Console.person(reader)
            people[person.id] = person
        }
        var accounts: [AccountID: Account] = [:]
        for reader in try body.objects("accounts") ?? [] {
            let account = try Console.account(reader)
            accounts[account.id] = account
        }
        let newPeople = people.values.sorted { $0.id < $1.id }
        let newAccounts = accounts.values.sorted { $0.id < $1.id }
        let changed = try await peopleChanges.pass { () async throws(Problem) in
            try await put(newPeople, newAccounts, by: call.actor)
        }
        return Reply { object in
            object.member("people", newPeople.count)
            object.member("accounts", newAccounts.count)
            object.member("changed", changed)
        }
    }

    /// One person, by its path. What is replaced must be named by its tag.
    func putPerson(_ call: APICall) async throws(Problem) -> Reply {
        let id: PersonID = try call.id()
        let person = try Console.person(try call.reader())
        guard person.id == id else { throw .wrongState("id", "the path names \(id)") }
        return try await peopleChanges.pass { () async throws(Problem) in
            let known = try await store { store throws(StorageError) in try store.people(id: id).first }
            try call.conditions.mayReplace(known.map { EntityTag(of: Console.reply($0).body) })
            _ = try await put([person], [], by: call.actor)
            var reply = Console.reply(person)
            if known == nil { reply.status = 201 }
            return reply
        }
    }

    /// How many were changed. To be called by one at a time.
    private func put(
        _ newPeople: [Person], _ newAccounts: [Account], by actor: APICall.Actor
    ) async throws(Problem) -> Int {
        // What is as it was is no change.
        let changed = try await store { store throws(StorageError) -> (people: [Person], accounts: [Account]) in
            var (people, accounts): ([Person], [Account]) = ([], [])
            for person in newPeople where try store.people(id: person.id).first != person { people.append(person) }
            for account in newAccounts where try store.accounts(id: account.id).first != account {
                accounts.append(account)
            }
            return (people, accounts)
        }
        if !changed.people.isEmpty || !changed.accounts.isEmpty {
            // Who leaves is out before it is recorded.
            let leavers = (changed.people.filter { !$0.isActive }, changed.accounts.filter { !$0.isActive })
            if !leavers.0.isEmpty || !leavers.1.isEmpty {
                let at = now()
                let (ended, revision) = try await store { store throws(StorageError) in
                    (try store.end(persons: leavers.0, accounts: leavers.1, at: at), try store.revision())
                }
                await links.tell(ended, revision: revision)
            }
            try await record(
                .person, changed.people.map(Console.about) + changed.accounts.map(Console.about), by: actor)
            _ = try await store { store throws(StorageError) in
                try store.together { () throws(StorageError) in
                    for person in changed.people where person.isActive { try store.put(person) }
                    for account in changed.accounts where account.isActive { try store.put(account) }
                }
            }
            _ = await links.refresh()
        }
        return changed.people.count + changed.accounts.count
    }

    private static func person(_ reader: BodyReader) throws(Problem) -> Person {
        Person(
            id: try reader.id("id"), name: try reader.text("name"), title: try reader.text("title"),
            entity: try reader.id("entity"), site: try reader.country("site"),
            classes: try reader.choice("person_class", PersonClass.self).map { PossiblePersonClasses($0) } ?? .unknown,
            roles: Set(
                try reader.list("roles", "one of " + Role.allCases.map(\.rawValue).joined(separator: ", ")) {
                    Role(rawValue: $0)
                } ?? []),
            // They are kept with commas between them.
            designations: Set(
                try reader.list("designations", "a name without commas") { $0.isEmpty || $0.contains(",") ? nil : $0 }
                    ?? []),
            isActive: try reader.flag("active") ?? true)
    }

    private static func account(_ reader: BodyReader) throws(Problem) -> Account {
        let person: PersonID? = try reader.optionalID("person")
        let accountable = try reader.list("accountable", "the id of a person") { PersonID($0) }
        let holder: Account.Holder
        switch (person, accountable) {
        case (let person?, nil): holder = .person(person)
        case (nil, let persons?) where !persons.isEmpty: holder = .service(accountable: persons)
        default: throw .badField(reader.path("person"), "an account has either a person or accountable persons")
        }
        return Account(id: try reader.id("id"), holder: holder, isActive: try reader.flag("active") ?? true)
    }

    private static func about(_ person: Person) -> [(String, CBOR)] {
        var about: [(String, CBOR)] = [
            ("change", .text("put")), ("person", .text(person.id.text)), ("entity", .text(person.entity.text)),
            ("classes", .array(person.classes.values.map { .text($0.rawValue) })),
            ("roles", .array(person.roles.sorted().map { .text($0.rawValue) })),
            ("designations", .array(person.designations.sorted().map { .text($0) })),
            ("active", .bool(person.isActive)),
        ]
        if let site = person.site { about.append(("site", .text(site.description))) }
        return about
    }

    private static func about(_ account: Account) -> [(String, CBOR)] {
        var about: [(String, CBOR)] = [
            ("change", .text("put")), ("account", .text(account.id.text)), ("active", .bool(account.isActive)),
            ("accountable", .array(account.accountable.map { .text($0.text) })),
        ]
        if case .person(let person) = account.holder { about.append(("person", .text(person.text))) }
        return about
    }
}
