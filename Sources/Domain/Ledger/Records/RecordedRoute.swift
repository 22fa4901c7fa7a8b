internal import CBOR
package import Vocabulary

/// Which way a request takes: what was asked, what it became, and through whom.
package struct RecordedRoute: Equatable, Sendable {
    /// As the client spelled it.
    package var modelAsked: String
    package var alias: String?
    package var model: ModelID
    package var deployment: DeploymentID
    package var operatorID: VendorID
    package var channel: String
    package var contract: ContractID?
    /// Where the contract lets the data be processed.
    package var regions: [String]
    /// The model's name in the sent body.
    package var upstreamModel: String

    package init(
        modelAsked: String, alias: String? = nil, model: ModelID, deployment: DeploymentID, operatorID: VendorID,
        channel: String, contract: ContractID? = nil, regions: [String], upstreamModel: String
    ) {
        self.modelAsked = modelAsked
        self.alias = alias
        self.model = model
        self.deployment = deployment
        self.operatorID = operatorID
        self.channel = channel
        self.contract = contract
        self.regions = regions
        self.upstreamModel = upstreamModel
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 7, alias, contract)
        writer.pair("alias", text: alias)
        writer.pair("model", text: model.text)
        writer.pair("channel", text: channel)
        writer.text("regions")
        writer.array(count: regions.count)
        for region in regions { writer.text(region) }
        writer.pair("contract", text: contract?.text)
        writer.pair("operator", text: operatorID.text)
        writer.pair("deployment", text: deployment.text)
        writer.pair("model_asked", text: modelAsked)
        writer.pair("upstream_model", text: upstreamModel)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "route")
        guard let model: ModelID = try decoder.identifier("model"),
            let deployment: DeploymentID = try decoder.identifier("deployment"),
            let operatorID: VendorID = try decoder.identifier("operator")
        else { throw RecordProblem(key: "route", expected: "a map with model, deployment and operator") }
        self.init(
            modelAsked: try decoder.text("model_asked"), alias: try decoder.optional("alias", decoder.text),
            model: model,
            deployment: deployment, operatorID: operatorID, channel: try decoder.text("channel"),
            contract: try decoder.identifier("contract"), regions: try decoder.texts("regions"),
            upstreamModel: try decoder.text("upstream_model"))
    }
}
