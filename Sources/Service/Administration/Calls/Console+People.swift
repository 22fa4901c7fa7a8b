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

/// People, accounts, models: who there is and what they may be given.
extension Console {
    func listPeople(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.readers)
        let people = try await store { store throws(StorageError) in try store.people() }
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "people", array: { list in for person in people { list.object { Console.write(person, &$0) } } })
        }
        return writer
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

    func listAccounts(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.readers)
        let accounts = try await store { store throws(StorageError) in try store.accounts() }
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "accounts",
                array: { list in
                    for account in accounts {
                        list.object { entry in
                            entry.member("id", account.id.text)
                            if case .person(let person) = account.holder {
                                entry.member("person", person.text)
                            } else {
                                entry.key("person")
                                entry.null()
                            }
                            entry.member(
                                "accountable",
                                array: { list in for person in account.accountable { list.string(person.text) } })
                            entry.member("active", account.isActive)
                        }
                    }
                })
        }
        return writer
    }

    func listModels(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.readers)
        let registry = try await bundle()?.registry
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "models",
                array: { list in
                    for model in registry?.modelsInOrder ?? [] {
                        list.object { entry in
                            entry.member("id", model.id.text)
                            entry.member("vendor", model.developer.text)
                            entry.member(
                                "deployments",
                                array: { list in
                                    for deployment in registry?.candidates(for: .model(model.id)) ?? [] {
                                        list.object { Console.write(deployment, &$0) }
                                    }
                                })
                        }
                    }
                })
        }
        return writer
    }

    private static func write(_ deployment: Deployment, _ object: inout JSONWriter) {
        object.member("id", deployment.id.text)
        object.member("protocol", deployment.wireProtocol.rawValue)
        object.member("operator", deployment.operatedBy.text)
        object.member("channel", deployment.channel.rawValue)
        object.member("inside_perimeter", deployment.insidePerimeter)
    }

    // MARK: Changes

    /// LIMIT: people and accounts of one call.
    private static var peopleAtOnce: Int { 10_000 }

    func putPeople(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.administrators)
        let body = try BodyReader(body: call.body, knows: ["people", "accounts"])
        var people: [Person] = []
        for reader in try body.objects("people", limit: Console.peopleAtOnce, knows: Console.personMembers) ?? [] {
            people.append(try Console.person(reader))
        }
        var accounts: [Account] = []
        for reader in try body.objects("accounts", limit: Console.peopleAtOnce, knows: Console.accountMembers) ?? [] {
            accounts.append(try Console.account(reader))
        }
        let (newPeople, newAccounts) = (people, accounts)
        // What is as it was is no change.
        let changed = try await store { store throws(StorageError) -> (people: [Person], accounts: [Account]) in
            let knownPeople = Set(try store.people())
            let knownAccounts = Set(try store.accounts())
            return (newPeople.filter { !knownPeople.contains($0) }, newAccounts.filter { !knownAccounts.contains($0) })
        }
        if !changed.people.isEmpty || !changed.accounts.isEmpty {
            // Who leaves is out before it is recorded.
            let leavers = (changed.people.filter { !$0.isActive }, changed.accounts.filter { !$0.isActive })
            if !leavers.0.isEmpty || !leavers.1.isEmpty {
                _ = try await store { store throws(StorageError) in
                    for person in leavers.0 { try store.put(person) }
                    for account in leavers.1 { try store.put(account) }
                }
                _ = await links.refresh()
            }
            try await record(
                .person, changed.people.map(Console.about) + changed.accounts.map(Console.about), by: call.actor)
            _ = try await store { store throws(StorageError) in
                for person in changed.people { try store.put(person) }
                for account in changed.accounts { try store.put(account) }
            }
            _ = await links.refresh()
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("people", people.count)
            object.member("accounts", accounts.count)
            object.member("changed", changed.people.count + changed.accounts.count)
        }
        return writer
    }

    private static var personMembers: [StaticString] {
        ["id", "name", "title", "entity", "site", "person_class", "roles", "designations", "active"]
    }
    private static var accountMembers: [StaticString] { ["id", "person", "accountable", "active"] }

    private static func person(_ reader: BodyReader) throws(APIError) -> Person {
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

    private static func account(_ reader: BodyReader) throws(APIError) -> Account {
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
