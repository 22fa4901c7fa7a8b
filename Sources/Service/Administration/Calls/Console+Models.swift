internal import Bundle
internal import JSON
internal import Registry
internal import Vocabulary

/// What the active bundle knows: models with the ways to them, and what keys may be for.
extension Console {
    func listModels(_ call: APICall) async throws(Problem) -> Reply {
        let registry = try await bundle()?.registry
        let models = (registry?.modelsInOrder ?? []).sorted { $0.id < $1.id }
        return Page(of: models, call.page, key: \.id.text).reply { model, entry in
            entry.member("id", model.id.text)
            entry.member("vendor", model.developer.text)
            entry.member(
                "deployments",
                array: { list in
                    for deployment in registry?.candidates(for: .model(model.id)) ?? [] {
                        list.object { Console.write(deployment, &$0) }
                    }
                })
        }
    }

    func listUseCases(_ call: APICall) async throws(Problem) -> Reply {
        let known = try await bundle()?.registry.useCases ?? [:]
        let useCases = known.values.sorted { $0.id < $1.id }
        return Page(of: useCases, call.page, key: \.id.text).reply(Console.write)
    }

    func showUseCase(_ call: APICall) async throws(Problem) -> Reply {
        let id: UseCaseID = try call.id()
        guard let useCase = try await bundle()?.registry.useCases[id] else {
            throw .notFound("the active bundle has no use case \(id)")
        }
        return Reply { Console.write(useCase, &$0) }
    }

    private static func write(_ useCase: UseCase, _ entry: inout JSONWriter) {
        entry.member("id", useCase.id.text)
        entry.member("name", useCase.name)
        entry.member("purpose", useCase.purpose)
        entry.member("risk_tier", useCase.riskTier)
        entry.member("highest_label", useCase.highestLabel.rawValue)
        entry.member("owner", useCase.owner)
        entry.key("models")
        if let models = useCase.models {
            entry.array { list in for model in models.sorted() { list.string(model.text) } }
        } else {
            entry.null()
        }
        entry.member(
            "flags", array: { list in for flag in useCase.flags.map(\.rawValue).sorted() { list.string(flag) } })
        entry.member("markets", array: { list in for market in useCase.markets.sorted() { list.string(market) } })
        entry.member("human_review", useCase.humanReview)
    }

    private static func write(_ deployment: Deployment, _ object: inout JSONWriter) {
        object.member("id", deployment.id.text)
        object.member("protocol", deployment.wireProtocol.rawValue)
        object.member("operator", deployment.operatedBy.text)
        object.member("channel", deployment.channel.rawValue)
        object.member("inside_perimeter", deployment.insidePerimeter)
    }
}
