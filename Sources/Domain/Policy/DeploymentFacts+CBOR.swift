internal import CBOR
internal import Vocabulary

extension DeploymentFacts {
    var cbor: CBOR {
        .map([
            ("id", .text(id.text)), ("model", .text(model.text)), ("lineage", .names(lineage)),
            ("operator", .assigned(operatedBy)), ("operator_country", .optional(operatorCountry?.description)),
            ("channel", .text(channel.rawValue)), ("contract", .assigned(contract)),
            ("regions", .countries(regions.sorted)), ("inside_perimeter", .answer(insidePerimeter)),
            ("exit_plan", .answer(exitPlan)), ("licence_verified", .answer(licenceVerified)),
            ("open_weights", .answer(openWeights)), ("training_use", .answer(trainingUse)),
            ("human_review", .answer(humanReview)),
            ("retention_days", retentionDays.map { .integer(Int64($0)) } ?? .null),
            ("capabilities", .names(capabilities)),
        ])
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
