package import Crypto
package import Vocabulary

/// Values made of rows.
extension Directory {
    /// Whoever stands behind a match; it allocates, so it is kept while nothing changes.
    package func caller(_ match: Match) -> Caller? {
        let row = Int(match.row)
        if match.isSession {
            guard let id = SessionID(texts.text(at: sessions[row].id)) else { return nil }
            return caller(
                .session(id), sessionUseCase, models: nil, label: nil, account: Int(sessions[row].account))
        }
        let key = keys[row]
        guard let id = KeyID(texts.text(at: key.id)) else { return nil }
        return caller(
            .key(id), useCases[key.useCase], models: models[key.models],
            label: key.label < 0 ? nil : DataLabel.allCases[Int(key.label)], account: Int(key.account))
    }

    private func caller(
        _ bearer: BearerID, _ useCase: UseCaseID, models: Set<ModelID>?, label: DataLabel?, account row: Int
    ) -> Caller? {
        guard let account = account(at: row) else { return nil }
        let rows = (0..<Int(accounts[row].count)).map { person($0, of: accounts[row]) }
        let persons = rows.compactMap { person(at: $0) }
        return Caller(
            bearer: bearer, useCase: useCase, models: models, highestLabel: label, account: account, persons: persons,
            unknownPersons: rows.count - persons.count)
    }

    private func account(at row: Int) -> Account? {
        let account = accounts[row]
        guard account.isKnown, let id = AccountID(texts.text(at: account.id)) else { return nil }
        let persons = (0..<Int(account.count)).compactMap { step in
            PersonID(texts.text(at: people[person(step, of: account)].id))
        }
        if account.isService {
            return Account(id: id, holder: .service(accountable: persons), isActive: account.isActive)
        }
        return persons.first.map { Account(id: id, holder: .person($0), isActive: account.isActive) }
    }

    /// Nil for a row that is only referred to.
    private func person(at row: Int) -> Person? {
        let person = people[row]
        guard person.isKnown, let id = PersonID(texts.text(at: person.id)) else { return nil }
        return Person(
            id: id, name: texts.text(at: person.name), title: texts.text(at: person.title),
            entity: entities[person.entity], site: person.site < 0 ? nil : Country(index: Int(person.site)),
            classes: PossiblePersonClasses(rawValue: person.classes), roles: roles[UInt32(person.roles)],
            designations: designations[person.designations], isActive: person.isActive)
    }

    package func person(_ id: PersonID) -> Person? { people.find(id.text, in: texts).flatMap { person(at: $0) } }
    package func account(_ id: AccountID) -> Account? { accounts.find(id.text, in: texts).flatMap { account(at: $0) } }

    /// Both steps at once, where nobody is in a hurry.
    package func caller(
        _ text: BearerText, pepper: borrowing HMAC, at now: Instant, asksTerms: Bool = true
    ) throws(Rejection) -> Caller {
        guard let caller = caller(try check(text, pepper: pepper, at: now, asksTerms: asksTerms)) else {
            throw .inactive
        }
        return caller
    }

    package func caller(_ id: BearerID, at now: Instant) throws(Rejection) -> Caller {
        guard let caller = caller(try check(id, at: now)) else { throw .inactive }
        return caller
    }
}
