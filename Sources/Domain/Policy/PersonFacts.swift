package import Vocabulary

/// What is known of one accountable person when a call is decided. Where they may be comes from Location, ownership is
/// that of the firm that employs them.
package struct PersonFacts: Hashable, Sendable {
    /// Nil where it is not known who it is.
    package var id: PersonID?
    /// Nobody answers for the call; the facts are those of anybody.
    package var isNobody: Bool
    package var located: Located
    package var site: Assigned<Country>
    /// Empty reads as unknown.
    package var classes: PossiblePersonClasses
    package var entity: Assigned<EntityID>
    package var entityCountry: Country?
    package var regulators: Names
    package var licences: Names
    package var designations: Names
    package var roles: Names
    package var ownership: Ownership

    package init(
        id: PersonID?, located: Located, site: Assigned<Country>, classes: PossiblePersonClasses,
        entity: Assigned<EntityID>, entityCountry: Country?, regulators: Names = .empty, licences: Names = .empty,
        designations: Names = .empty, roles: Names = .empty, ownership: Ownership, isNobody: Bool = false
    ) {
        self.id = id
        self.isNobody = isNobody
        self.located = located
        self.site = site
        self.classes = classes
        self.entity = entity
        self.entityCountry = entityCountry
        self.regulators = regulators
        self.licences = licences
        self.designations = designations
        self.roles = roles
        self.ownership = ownership
    }

    /// Nobody stands behind the call, so it may be anybody: every place, both classes, every owner.
    package static let unknown = PersonFacts(
        id: nil, located: .unknown, site: .unknown, classes: .unknown, entity: .unknown, entityCountry: nil,
        regulators: .unknown, licences: .unknown, designations: .unknown, roles: .unknown, ownership: .unknown,
        isNobody: true)
}
