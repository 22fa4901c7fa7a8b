package import Vocabulary

/// One way to reach a model: who operates it, under which contract, where it processes, and how it is spoken to.
package struct Deployment: Hashable, Sendable {
    package enum Status: String, CaseIterable, Sendable {
        case inService = "in_service"
        case suspended
    }

    /// How the credential stands in a request's head.
    package enum Authentication: String, CaseIterable, Sendable {
        case bearer
        case xAPIKey = "x-api-key"
        case apiKey = "api-key"
        /// A server of our own that asks for none.
        case none
    }

    /// What the gate may add to a body, because the deployment declares it.
    package enum Injection: String, CaseIterable, Sendable {
        /// `stream_options.include_usage`, taken out of the answer again.
        case streamUsage = "stream_usage"
    }

    package struct Timeouts: Hashable, Sendable {
        package var connectMilliseconds: Int
        package var firstByteMilliseconds: Int
        package var idleMilliseconds: Int

        package init(connectMilliseconds: Int, firstByteMilliseconds: Int, idleMilliseconds: Int) {
            self.connectMilliseconds = connectMilliseconds
            self.firstByteMilliseconds = firstByteMilliseconds
            self.idleMilliseconds = idleMilliseconds
        }

        package static let standard = Timeouts(
            connectMilliseconds: 3_000, firstByteMilliseconds: 60_000, idleMilliseconds: 60_000)
    }

    package var id: DeploymentID
    package var model: ModelID
    package var operatedBy: VendorID
    package var channel: Channel
    package var contract: ContractID?
    package var wireProtocol: WireProtocol
    package var endpoint: EndpointAddress
    /// What the operator calls the model.
    package var upstreamModel: String
    package var authentication: Authentication
    package var regions: Regions
    package var insidePerimeter: Bool
    package var exitPlan: Answer
    /// Nil is unknown.
    package var retentionDays: Int?
    package var trainingUse: Answer
    package var humanReview: Answer
    /// Where the data goes, in one sentence for staff.
    package var dataFlow: LocalizedText
    package var injections: Set<Injection>
    package var timeouts: Timeouts
    package var status: Status
    /// Among the deployments of one model, lower is tried first.
    package var rank: Int

    package init(
        id: DeploymentID, model: ModelID, operatedBy: VendorID, channel: Channel, contract: ContractID?,
        wireProtocol: WireProtocol, endpoint: EndpointAddress, upstreamModel: String, authentication: Authentication,
        regions: Regions, insidePerimeter: Bool, exitPlan: Answer, retentionDays: Int?, trainingUse: Answer,
        humanReview: Answer, dataFlow: LocalizedText, injections: Set<Injection> = [],
        timeouts: Timeouts = .standard, status: Status = .inService, rank: Int
    ) {
        self.id = id
        self.model = model
        self.operatedBy = operatedBy
        self.channel = channel
        self.contract = contract
        self.wireProtocol = wireProtocol
        self.endpoint = endpoint
        self.upstreamModel = upstreamModel
        self.authentication = authentication
        self.regions = regions
        self.insidePerimeter = insidePerimeter
        self.exitPlan = exitPlan
        self.retentionDays = retentionDays
        self.trainingUse = trainingUse
        self.humanReview = humanReview
        self.dataFlow = dataFlow
        self.injections = injections
        self.timeouts = timeouts
        self.status = status
        self.rank = rank
    }
}
