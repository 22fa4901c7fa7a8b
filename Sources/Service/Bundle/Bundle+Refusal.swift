package import Policy
package import Registry
package import Vocabulary

extension Bundle {
    /// Models that the caller may use now, by the bundle's rank, with the reason: the first deployment of each that is
    /// allowed. Decided, not guessed; nothing is sent.
    /// - Parameter refused: models that were just refused.
    package func alternatives(
        to refused: Set<ModelID>, for call: CompiledCall, at now: Instant, cuts: [ActiveCut]
    ) -> [Refusal.Alternative] {
        registry.modelsInOrder.compactMap { model in
            guard !refused.contains(model.id) else { return nil }
            let allowed = registry.candidates(for: .model(model.id)).first { deployment in
                guard let compiled = deployments[deployment.id] else { return false }
                return policy.evaluate(call, compiled, at: now, knownAt: now, cuts: cuts).isAllowed
            }
            return allowed.map { Refusal.Alternative(model: model.id, reason: reason(for: $0)) }
        }
    }

    private func reason(for deployment: Deployment) -> LocalizedText {
        if deployment.insidePerimeter { return texts[.alternativeInside] }
        let vendor = registry.vendors[deployment.operatedBy]?.name ?? deployment.operatedBy.text
        return texts[.alternativeVendor].filled(["vendor": LocalizedText(vendor)])
    }

    /// The refusal of a request, from the decisions on all of its candidates.
    /// - Parameters:
    ///   - asked: what the caller named: the model's or the alias's name is shown.
    ///   - decisions: all denials; without any, nothing was even a candidate.
    package func refusal(
        of asked: Registry.Resolution, _ decisions: [Decision], for call: CompiledCall, at now: Instant,
        cuts: [ActiveCut]
    ) -> Refusal {
        let model: Model? =
            switch asked {
            case .model(let id): registry.models[id]
            case .alias(let id): registry.aliases[id]?.models.first.flatMap { registry.models[$0] }
            }
        let shownName: String =
            switch asked {
            case .model(let id): model?.name ?? id.text
            case .alias(let id): id.text
            }
        var refused = Set(decisions.map(\.deployment.facts.model))
        if case .model(let id) = asked { refused.insert(id) }
        let vendor = model.flatMap { registry.vendors[$0.developer] }?.name ?? "the vendor"
        return Refusal(
            decisions,
            RefusalContext(
                modelName: shownName, vendorName: vendor,
                alternatives: alternatives(to: refused, for: call, at: now, cuts: cuts), appeal: appeal, texts: texts))
    }
}
