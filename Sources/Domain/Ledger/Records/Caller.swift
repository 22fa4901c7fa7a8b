internal import CBOR
package import Vocabulary

/// Who asked: stands in sealed parts only.
package struct Caller: Equatable, Sendable {
    package var person: PersonID?
    package var account: AccountID?
    package var key: KeyID?
    package var session: SessionID?
    package var entity: EntityID?
    package var useCase: UseCaseID?
    /// The natural persons who answer for the call.
    package var accountable: [PersonID]

    package init(
        person: PersonID? = nil, account: AccountID? = nil, key: KeyID? = nil, session: SessionID? = nil,
        entity: EntityID? = nil, useCase: UseCaseID? = nil, accountable: [PersonID] = []
    ) {
        self.person = person
        self.account = account
        self.key = key
        self.session = session
        self.entity = entity
        self.useCase = useCase
        self.accountable = accountable
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 1, key, entity, person, account, session, useCase)
        writer.pair("key", text: key?.text)
        writer.pair("entity", text: entity?.text)
        writer.pair("person", text: person?.text)
        writer.pair("account", text: account?.text)
        writer.pair("session", text: session?.text)
        writer.pair("use_case", text: useCase?.text)
        writer.text("accountable")
        writer.array(count: accountable.count)
        for person in accountable { writer.text(person.text) }
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "caller")
        person = try decoder.identifier("person")
        account = try decoder.identifier("account")
        key = try decoder.identifier("key")
        session = try decoder.identifier("session")
        entity = try decoder.identifier("entity")
        useCase = try decoder.identifier("use_case")
        accountable = []
        for text in try decoder.texts("accountable") {
            guard let person = PersonID(text) else {
                throw RecordProblem(key: "accountable", expected: "an array of identifiers")
            }
            accountable.append(person)
        }
    }
}

extension RecordDecoder {
    func identifier<Kind>(_ key: String) throws(RecordProblem) -> Identifier<Kind>? {
        guard let text = try optional(key, text) else { return nil }
        guard let identifier = Identifier<Kind>(text) else {
            throw RecordProblem(key: key, expected: "the identifier of a \(Kind.noun)")
        }
        return identifier
    }
}
