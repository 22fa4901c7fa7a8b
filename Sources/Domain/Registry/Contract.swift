package import Vocabulary

/// An agreement under which deployments are used.
package struct Contract: Hashable, Sendable {
    package var id: ContractID
    package var title: String
    package var vendor: VendorID
    /// Entities of the firm that are party to it.
    package var parties: [EntityID]
    package var clauses: [Clause]
    /// Nil: the contract says nothing about it.
    package var coveredPlaces: NamedSetID?
    package var excludedPlaces: NamedSetID?
    package var coveredAffiliates: [EntityID]
    package var excludedAffiliates: [EntityID]

    /// A clause that rules cite.
    package struct Clause: Hashable, Sendable {
        package var number: String
        package var summary: String

        package init(number: String, summary: String) {
            self.number = number
            self.summary = summary
        }
    }

    package init(
        id: ContractID, title: String, vendor: VendorID, parties: [EntityID], clauses: [Clause] = [],
        coveredPlaces: NamedSetID? = nil, excludedPlaces: NamedSetID? = nil, coveredAffiliates: [EntityID] = [],
        excludedAffiliates: [EntityID] = []
    ) {
        self.id = id
        self.title = title
        self.vendor = vendor
        self.parties = parties
        self.clauses = clauses
        self.coveredPlaces = coveredPlaces
        self.excludedPlaces = excludedPlaces
        self.coveredAffiliates = coveredAffiliates
        self.excludedAffiliates = excludedAffiliates
    }
}
