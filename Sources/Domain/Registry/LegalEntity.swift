package import Vocabulary

/// A legal entity that employs people: one of the bank's own, or the firm of a contractor.
package struct LegalEntity: Hashable, Sendable {
    package var id: EntityID
    package var name: String
    package var country: Country
    /// Whose books its records are kept in.
    package var custody: CustodyID
    package var licences: Set<String>
    package var regulators: Set<String>
    /// Lists and classes that instruments name, such as `annex_a` or `broker_dealer`.
    package var designations: Set<String>
    package var ownership: Ownership
    package var outsourcingRecords: [OutsourcingRecord]

    package init(
        id: EntityID, name: String, country: Country, custody: CustodyID, licences: Set<String> = [],
        regulators: Set<String> = [], designations: Set<String> = [], ownership: Ownership,
        outsourcingRecords: [OutsourcingRecord] = []
    ) {
        self.id = id
        self.name = name
        self.country = country
        self.custody = custody
        self.licences = licences
        self.regulators = regulators
        self.designations = designations
        self.ownership = ownership
        self.outsourcingRecords = outsourcingRecords
    }
}
