package import Vocabulary

/// A natural person. Everything that counts people (two signatures, limits, accountability) counts these; accounts and
/// keys are how one of them is met.
package struct Person: Hashable, Sendable {
    package var id: PersonID
    package var name: String
    package var title: String
    /// The legal entity that employs them: whose rules, whose books.
    package var entity: EntityID
    /// The country of the office they are assigned to; nil when they have none.
    package var site: Country?
    /// From the export-control desk; both when it has not said.
    package var classes: PossiblePersonClasses
    package var roles: Set<Role>
    /// Named facts that rules may read, such as `annex_a` or `broker_dealer`.
    package var designations: Set<String>
    package var isActive: Bool

    package init(
        id: PersonID, name: String, title: String, entity: EntityID, site: Country?, classes: PossiblePersonClasses,
        roles: Set<Role>, designations: Set<String> = [], isActive: Bool = true
    ) {
        self.id = id
        self.name = name
        self.title = title
        self.entity = entity
        self.site = site
        self.classes = classes
        self.roles = roles
        self.designations = designations
        self.isActive = isActive
    }
}

/// A way to sign in. One person may have several; a service's account has the persons who answer for it.
package struct Account: Hashable, Sendable {
    package enum Holder: Hashable, Sendable {
        case person(PersonID)
        /// Everybody who answers for the service; all of them must be allowed what it does. Never empty in a sound
        /// store; were it, the unknown person would answer.
        case service(accountable: [PersonID])
    }

    package var id: AccountID
    package var holder: Holder { didSet { accountable = holder.accountable } }
    package var isActive: Bool
    /// Those who answer for what is done through it.
    package private(set) var accountable: [PersonID]

    package init(id: AccountID, holder: Holder, isActive: Bool = true) {
        self.id = id
        self.holder = holder
        accountable = holder.accountable
        self.isActive = isActive
    }
}

extension Account.Holder {
    var accountable: [PersonID] {
        switch self {
        case .person(let person): [person]
        case .service(let persons): persons
        }
    }
}
