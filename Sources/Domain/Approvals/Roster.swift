package import Vocabulary

/// Those whom an act may need, as the store has them now. Who is not in it does not count.
package struct Roster: Sendable {
    private var people: [PersonID: Signatory] = [:]
    private var holders: [AccountID: PersonID] = [:]

    package init() {}

    package mutating func put(_ signatory: Signatory) { people[signatory.person] = signatory }

    /// An account in use that belongs to one natural person. Others, those of services above all, are not put in.
    package mutating func put(account: AccountID, of person: PersonID) { holders[account] = person }

    package mutating func remove(account: AccountID) { holders[account] = nil }

    /// Nil for somebody who is unknown or has left.
    package func signatory(_ person: PersonID) -> Signatory? { people[person].flatMap { $0.isActive ? $0 : nil } }

    package func holder(of account: AccountID) -> PersonID? { holders[account] }
}

/// One natural person, as far as signing goes.
package struct Signatory: Hashable, Sendable {
    package var person: PersonID
    package var isActive: Bool
    /// For the whole firm.
    package var functions: Set<FunctionID>
    /// Given for one legal entity only.
    package var delegated: [EntityID: Set<FunctionID>]

    package init(
        person: PersonID, isActive: Bool = true, functions: Set<FunctionID>,
        delegated: [EntityID: Set<FunctionID>] = [:]
    ) {
        self.person = person
        self.isActive = isActive
        self.functions = functions
        self.delegated = delegated
    }

    /// What they do with regard to these entities: everywhere, or in every one of them.
    package func functions(for entities: Set<EntityID>) -> Set<FunctionID> {
        var shared: Set<FunctionID>?
        for entity in entities {
            let here = delegated[entity] ?? []
            shared = shared.map { $0.intersection(here) } ?? here
        }
        return functions.union(shared ?? []).subtracting(FunctionID.neverSign)
    }
}
