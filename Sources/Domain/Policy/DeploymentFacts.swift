package import Vocabulary

/// What is known of one way to reach a model. What nobody stated is unknown, which counts as the worst.
package struct DeploymentFacts: Hashable, Sendable {
    package var id: DeploymentID
    package var model: ModelID
    /// Vendors and models that this one descends from, its developer included.
    package var lineage: Names
    package var operatedBy: Assigned<VendorID>
    package var operatorCountry: Country?
    package var channel: Channel
    package var contract: Assigned<ContractID>
    package var regions: Regions
    package var insidePerimeter: Answer
    package var exitPlan: Answer
    package var licenceVerified: Answer
    package var openWeights: Answer
    package var trainingUse: Answer
    package var humanReview: Answer
    /// Nil is unknown.
    package var retentionDays: Int?
    package var capabilities: Names

    package init(
        id: DeploymentID, model: ModelID, lineage: Names, operatedBy: Assigned<VendorID> = .unknown,
        operatorCountry: Country? = nil, channel: Channel, contract: Assigned<ContractID> = .unknown,
        regions: Regions, insidePerimeter: Answer = .unknown, exitPlan: Answer = .unknown,
        licenceVerified: Answer = .unknown, openWeights: Answer = .unknown, trainingUse: Answer = .unknown,
        humanReview: Answer = .unknown, retentionDays: Int? = nil, capabilities: Names = .unknown
    ) {
        self.id = id
        self.model = model
        self.lineage = lineage
        self.operatedBy = operatedBy
        self.operatorCountry = operatorCountry
        self.channel = channel
        self.contract = contract
        self.regions = regions
        self.insidePerimeter = insidePerimeter
        self.exitPlan = exitPlan
        self.licenceVerified = licenceVerified
        self.openWeights = openWeights
        self.trainingUse = trainingUse
        self.humanReview = humanReview
        self.retentionDays = retentionDays
        self.capabilities = capabilities
    }
}
