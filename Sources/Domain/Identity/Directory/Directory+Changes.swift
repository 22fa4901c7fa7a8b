package import Vocabulary

/// What the store says now, put in place of what was known.
extension Directory {
    package mutating func put(_ person: Person) {
        let row = people.take(person.id.text, in: &texts)
        person.name.withBytes { texts.replace(&people[row].name, by: $0) }
        person.title.withBytes { texts.replace(&people[row].title, by: $0) }
        people[row].entity = entities.number(of: person.entity)
        people[row].designations = designations.number(of: person.designations)
        people[row].roles = UInt16(truncatingIfNeeded: roles.number(of: person.roles))
        people[row].site = person.site.map { Int16($0.index) } ?? -1
        people[row].classes = person.classes.rawValue
        people[row].isKnown = true
        people[row].isActive = person.isActive
    }

    package mutating func put(_ account: Account) {
        let row = accounts.take(account.id.text, in: &texts)
        switch account.holder {
        case .person(let person):
            accounts[row].person = UInt32(truncatingIfNeeded: people.take(person.text, in: &texts))
            accounts[row].count = 1
            accounts[row].isService = false
        case .service(let persons):
            if accounts[row].room < persons.count {
                accounts[row].first = UInt32(truncatingIfNeeded: accountable.count)
                accounts[row].room = UInt32(truncatingIfNeeded: persons.count)
                for _ in persons { accountable.append(0) }
            }
            for (step, person) in persons.enumerated() {
                let place = Int(accounts[row].first) + step
                accountable[place] = UInt32(truncatingIfNeeded: people.take(person.text, in: &texts))
            }
            accounts[row].count = UInt32(truncatingIfNeeded: persons.count)
            accounts[row].isService = true
        }
        accounts[row].isKnown = true
        accounts[row].isActive = account.isActive
    }

    package mutating func put(_ key: APIKey) {
        let row = keys.take(key.id.text, in: &texts)
        keys[row].digest = key.digest
        keys[row].expires = key.expires?.nanoseconds ?? .max
        keys[row].revoked = key.revoked?.nanoseconds ?? .max
        keys[row].account = UInt32(truncatingIfNeeded: accounts.take(key.account.text, in: &texts))
        keys[row].owner = UInt32(truncatingIfNeeded: people.take(key.owner.text, in: &texts))
        keys[row].useCase = useCases.number(of: key.useCase)
        keys[row].models = models.number(of: key.models)
        keys[row].terms = terms.number(of: key.acceptedTerms)
        keys[row].label = key.highestLabel.flatMap { DataLabel.allCases.firstIndex(of: $0) }.map { Int8($0) } ?? -1
    }

    package mutating func put(_ session: Session) {
        let row = sessions.take(session.id.text, in: &texts)
        sessions[row].digest = session.digest
        sessions[row].expires = session.expires.nanoseconds
        sessions[row].revoked = session.revoked?.nanoseconds ?? .max
        // It may have been used here since the store was told.
        sessions[row].seen = max(sessions[row].seen, session.seen.nanoseconds)
        sessions[row].idleSeconds = UInt32(clamping: session.idleSeconds)
        sessions[row].account = UInt32(truncatingIfNeeded: accounts.take(session.account.text, in: &texts))
        sessions[row].terms = terms.number(of: session.acceptedTerms)
    }

    /// One that the store has forgotten.
    package mutating func remove(_ session: SessionID) { sessions.remove(session.text, in: texts) }

    /// Ends at once what word came of, before the store has been read again. What is not known here is nothing to end.
    package mutating func end(_ ended: Ended, at now: Instant) {
        for id in ended.keys {
            guard let row = keys.find(id.text, in: texts) else { continue }
            keys[row].revoked = min(keys[row].revoked, now.nanoseconds)
        }
        for id in ended.sessions {
            guard let row = sessions.find(id.text, in: texts) else { continue }
            sessions[row].revoked = min(sessions[row].revoked, now.nanoseconds)
        }
        for id in ended.accounts {
            if let row = accounts.find(id.text, in: texts) { accounts[row].isActive = false }
        }
        for id in ended.persons {
            if let row = people.find(id.text, in: texts) { people[row].isActive = false }
        }
    }

    /// Notes a use of a session. Nothing else counts against its idle time.
    /// - Returns: true when the store should be told: a quarter of the idle time has passed since it was.
    @discardableResult
    package mutating func touch(_ match: Match, at now: Instant) -> Bool {
        guard match.isSession else { return false }
        let row = Int(match.row)
        let quarter = Int64(sessions[row].idleSeconds) * 250_000_000
        guard sessions[row].seen <= now.nanoseconds - quarter else { return false }
        sessions[row].seen = now.nanoseconds
        return true
    }
}

/// Keys, sessions, accounts and people that have just stopped.
package struct Ended: Equatable, Sendable {
    package var keys: Set<KeyID> = []
    package var sessions: Set<SessionID> = []
    package var accounts: Set<AccountID> = []
    package var persons: Set<PersonID> = []

    package init(
        keys: Set<KeyID> = [], sessions: Set<SessionID> = [], accounts: Set<AccountID> = [],
        persons: Set<PersonID> = []
    ) {
        self.keys = keys
        self.sessions = sessions
        self.accounts = accounts
        self.persons = persons
    }

    package var isEmpty: Bool { keys.isEmpty && sessions.isEmpty && accounts.isEmpty && persons.isEmpty }
}
