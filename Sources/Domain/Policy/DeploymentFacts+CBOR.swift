internal import CBOR
internal import Vocabulary

extension DeploymentFacts {
    func write(to writer: inout CBORWriter) {
        writer.map(count: 16)
        writer.text("id")
        writer.text(id.text)
        writer.text("model")
        writer.text(model.text)
        writer.text("channel")
        writer.text(channel.rawValue)
        writer.text("lineage")
        writer.names(lineage)
        writer.text("regions")
        writer.countries(regions.sorted)
        writer.text("contract")
        writer.assigned(contract)
        writer.text("operator")
        writer.assigned(operatedBy)
        writer.text("exit_plan")
        writer.answer(exitPlan)
        writer.text("capabilities")
        writer.names(capabilities)
        writer.text("human_review")
        writer.answer(humanReview)
        writer.text("open_weights")
        writer.answer(openWeights)
        writer.text("training_use")
        writer.answer(trainingUse)
        writer.text("retention_days")
        if let retentionDays { writer.integer(Int64(retentionDays)) } else { writer.null() }
        writer.text("inside_perimeter")
        writer.answer(insidePerimeter)
        writer.text("licence_verified")
        writer.answer(licenceVerified)
        writer.text("operator_country")
        writer.optional(operatorCountry?.description)
    }

    var encoded: [UInt8] {
        var writer = CBORWriter()
        write(to: &writer)
        return writer.finish()
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let id = try fields.value("id", "an id") { DeploymentID($0) }
        let model = try fields.value("model", "an id") { ModelID($0) }
        let lineage = try fields.names("lineage")
        let operatedBy = try fields.assigned("operator", "an id") { VendorID($0) }
        let operatorCountry = try fields.nullable("operator_country", "a country") { Country($0) }
        let channel = try fields.value("channel", "a channel") { Channel(rawValue: $0) }
        let contract = try fields.assigned("contract", "an id") { ContractID($0) }
        let regions = try fields.countries("regions").map { Regions.among($0) } ?? .anywhere
        let inside = try fields.answer("inside_perimeter")
        let exitPlan = try fields.answer("exit_plan")
        let licence = try fields.answer("licence_verified")
        let openWeights = try fields.answer("open_weights")
        let training = try fields.answer("training_use")
        let review = try fields.answer("human_review")
        var retentionDays: Int?
        let retention = try fields.take("retention_days")
        if retention != .null {
            guard let days = retention.asInteger, let days = Int(exactly: days) else {
                throw CBORFieldError(path: fields.path(of: "retention_days"), expected: "a number of days or null")
            }
            retentionDays = days
        }
        let capabilities = try fields.names("capabilities")
        try fields.finish()
        self.init(
            id: id, model: model, lineage: lineage, operatedBy: operatedBy, operatorCountry: operatorCountry,
            channel: channel, contract: contract, regions: regions, insidePerimeter: inside, exitPlan: exitPlan,
            licenceVerified: licence, openWeights: openWeights, trainingUse: training, humanReview: review,
            retentionDays: retentionDays, capabilities: capabilities)
    }
}
