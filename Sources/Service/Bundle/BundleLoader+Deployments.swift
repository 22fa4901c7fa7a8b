internal import Registry
internal import Vocabulary
internal import YAML

extension BundleLoader {
    func readDeployment(_ record: inout RecordReader) {
        let id = record.identifier("id", of: DeploymentKind.self)
        let model = record.identifier("model", of: ModelKind.self)
        let operatedBy = record.identifier("operator", of: VendorKind.self)
        let channel = record.choice("channel", Channel.self)
        let contract = record.optionalIdentifier("contract", of: ContractKind.self)
        let wireProtocol = record.choice("protocol", WireProtocol.self)
        let endpoint = readEndpoint(&record)
        let upstreamModel = record.text("upstream_model", "what the operator calls the model")
        let authentication = record.choice("authentication", Deployment.Authentication.self)
        let regions = readRegions(&record)
        let inside = record.bool("inside_perimeter")
        let exitPlan = record.answer("exit_plan")
        let retention = readRetention(&record)
        let training = record.answer("training_use")
        let review = record.answer("human_review")
        let dataFlow = record.localized("data_flow")
        let injections = record.choices("injections", Deployment.Injection.self)
        let timeouts = readTimeouts(&record)
        let status = record.has("status") ? record.choice("status") : Deployment.Status.inService
        _ = record.optional("status")
        let rank = record.integer("rank", 0...1_000_000)
        guard let id, let model, let operatedBy, let channel, let wireProtocol, let endpoint, let upstreamModel,
            let authentication, let regions, let inside, let dataFlow, let timeouts, let status, let rank
        else { return }
        if wireProtocol != .openai, injections.contains(.streamUsage) {
            record.fail(
                record.position(of: "injections"), "`injections`: stream_usage belongs to the openai protocol alone")
        }
        remember(.deployment, id.text, record)
        records.deployments.append(
            Deployment(
                id: id, model: model, operatedBy: operatedBy, channel: channel, contract: contract,
                wireProtocol: wireProtocol, endpoint: endpoint, upstreamModel: upstreamModel,
                authentication: authentication, regions: regions, insidePerimeter: inside, exitPlan: exitPlan,
                retentionDays: retention, trainingUse: training, humanReview: review, dataFlow: dataFlow,
                injections: Set(injections), timeouts: timeouts, status: status, rank: rank))
    }

    private func readEndpoint(_ record: inout RecordReader) -> EndpointAddress? {
        let expected = "an address such as https://host[:port]/base/path"
        guard let node = record.required("endpoint", expected) else { return nil }
        guard let text = node.text, let endpoint = EndpointAddress(text) else {
            record.fail(
                node.position,
                "`endpoint`: expected \(expected), without user, query or fragment, found \(node.shown)")
            return nil
        }
        return endpoint
    }

    /// `"*"` for anywhere, or a list of countries.
    private func readRegions(_ record: inout RecordReader) -> Regions? {
        let expected = "\"*\" or the countries in which it processes"
        guard let node = record.required("regions", expected) else { return nil }
        if node.text == "*" { return .anywhere }
        guard let items = node.items, !items.isEmpty else {
            record.fail(node.position, "`regions`: expected \(expected), found \(node.shown)")
            return nil
        }
        let countries = items.compactMap { record.country($0, "regions") }
        return countries.count == items.count ? .among(Set(countries)) : nil
    }

    private func readRetention(_ record: inout RecordReader) -> Int? {
        guard record.has("retention_days") else {
            _ = record.optional("retention_days")
            return nil
        }
        if record.optional("retention_days")?.text == "unknown" { return nil }
        return record.integer("retention_days", 0...36_500)
    }

    private func readTimeouts(_ record: inout RecordReader) -> Deployment.Timeouts? {
        let standard = Deployment.Timeouts.standard
        guard let node = record.optional("timeouts") else { return standard }
        guard var entry = RecordReader(node, record.file, faults, expected: "timeouts in milliseconds") else {
            return nil
        }
        // LIMIT: no wait is longer than an hour.
        let range = 1...3_600_000
        let connect = entry.integer("connect_ms", range, default: standard.connectMilliseconds)
        let firstByte = entry.integer("first_byte_ms", range, default: standard.firstByteMilliseconds)
        let idle = entry.integer("idle_ms", range, default: standard.idleMilliseconds)
        entry.finish()
        guard let connect, let firstByte, let idle else { return nil }
        return Deployment.Timeouts(
            connectMilliseconds: connect, firstByteMilliseconds: firstByte, idleMilliseconds: idle)
    }
}
