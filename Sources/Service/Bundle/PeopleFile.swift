package import Vocabulary
internal import YAML

/// The seed of a control store: people and their accounts, for demonstrations and first starts. Not part of a bundle.
package struct PeopleFile: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package var id: PersonID
        package var name: String
        package var title: String
        package var entity: EntityID
        /// Nil where nobody assigned one.
        package var site: Country?
        package var classes: PossiblePersonClasses
        package var roles: Set<String>
        package var designations: Set<String>
        package var accounts: [AccountID]
        package var useCase: UseCaseID
    }

    /// An account that a program uses, and who answers for it.
    package struct Service: Hashable, Sendable {
        package var account: AccountID
        package var name: String
        package var accountable: [PersonID]
        package var useCase: UseCaseID
    }

    package var people: [Entry] = []
    package var services: [Service] = []

    package init(_ bytes: [UInt8], path: String = "people.yaml") throws(BundleErrors) {
        let faults = FaultList()
        do {
            let root = try YAML.parse(bytes)
            if var record = RecordReader(root, path, faults, expected: "`people` and `services`") {
                _ = record.required("people", "a list of people")
                let people = record.list("people")
                let services = record.list("services")
                record.finish()
                for node in people { if let entry = PeopleFile.entry(node, path, faults) { self.people.append(entry) } }
                for node in services {
                    if let service = PeopleFile.service(node, path, faults) { self.services.append(service) }
                }
            }
        } catch {
            faults.add(path, error.position, error.problem.description)
        }
        check(path, faults)
        guard faults.faults.isEmpty else { throw BundleErrors(faults: faults.faults.sorted()) }
    }

    private static func entry(_ node: YAMLNode, _ path: String, _ faults: FaultList) -> Entry? {
        guard var record = RecordReader(node, path, faults, expected: "a person") else { return nil }
        let id = record.identifier("id", of: PersonKind.self)
        let name = record.text("name")
        let title = record.text("title")
        let entity = record.identifier("entity", of: EntityKind.self)
        let site = record.optionalCountry("site")
        let personClass = record.optionalChoice("person_class", PersonClass.self)
        let roles = record.texts("roles")
        let designations = record.texts("designations")
        let accounts = record.identifiers("accounts", of: AccountKind.self)
        let useCase = record.identifier("use_case", of: UseCaseKind.self)
        record.finish()
        guard let id, let name, let title, let entity, let useCase else { return nil }
        return Entry(
            id: id, name: name, title: title, entity: entity, site: site,
            classes: personClass.map { PossiblePersonClasses($0) } ?? .unknown, roles: Set(roles),
            designations: Set(designations), accounts: accounts, useCase: useCase)
    }

    private static func service(_ node: YAMLNode, _ path: String, _ faults: FaultList) -> Service? {
        guard var record = RecordReader(node, path, faults, expected: "a service") else { return nil }
        let account = record.identifier("account", of: AccountKind.self)
        let name = record.text("name")
        let accountable = record.identifiers("accountable", of: PersonKind.self)
        let useCase = record.identifier("use_case", of: UseCaseKind.self)
        record.finish()
        guard let account, let name, let useCase else { return nil }
        return Service(account: account, name: name, accountable: accountable, useCase: useCase)
    }

    private func check(_ path: String, _ faults: FaultList) {
        var persons: Set<PersonID> = []
        var accounts: Set<AccountID> = []
        for person in people {
            if !persons.insert(person.id).inserted { faults.add(path, nil, "person `\(person.id)` stands twice") }
            if person.accounts.isEmpty { faults.add(path, nil, "person `\(person.id)` has no account: add one") }
        }
        for account in people.flatMap(\.accounts) + services.map(\.account) where !accounts.insert(account).inserted {
            faults.add(path, nil, "account `\(account)` stands twice")
        }
        for service in services {
            for person in service.accountable where !persons.contains(person) {
                faults.add(path, nil, "service `\(service.account)`: there is no person `\(person)`")
            }
        }
    }
}
