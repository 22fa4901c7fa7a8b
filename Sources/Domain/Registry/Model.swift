package import Vocabulary

/// A model, whoever serves it.
package struct Model: Hashable, Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case inService = "in_service"
        case deprecated
        /// No longer a candidate for anything.
        case withdrawn
    }

    package var id: ModelID
    package var name: String
    package var developer: VendorID
    package var version: String
    /// What vendors, clouds and the press call it too.
    package var otherNames: [String]
    /// Models that it was derived, tuned or distilled from; it inherits their lineage.
    package var derivedFrom: [ModelID]
    package var licence: String
    package var licenceVerified: Answer
    package var openWeights: Bool
    package var capabilities: Set<String>
    package var status: Status
    /// Day on which it came out, as the vendor states it.
    package var released: Instant
    /// Lower is offered first.
    package var rank: Int

    package init(
        id: ModelID, name: String, developer: VendorID, version: String, otherNames: [String] = [],
        derivedFrom: [ModelID] = [], licence: String, licenceVerified: Answer, openWeights: Bool,
        capabilities: Set<String> = [], status: Status = .inService, released: Instant, rank: Int
    ) {
        self.id = id
        self.name = name
        self.developer = developer
        self.version = version
        self.otherNames = otherNames
        self.derivedFrom = derivedFrom
        self.licence = licence
        self.licenceVerified = licenceVerified
        self.openWeights = openWeights
        self.capabilities = capabilities
        self.status = status
        self.released = released
        self.rank = rank
    }
}

/// A name that stands for the first of these models that the caller may use and that answers.
package struct ModelAlias: Hashable, Sendable {
    package var id: AliasID
    package var models: [ModelID]

    package init(id: AliasID, models: [ModelID]) {
        self.id = id
        self.models = models
    }
}
