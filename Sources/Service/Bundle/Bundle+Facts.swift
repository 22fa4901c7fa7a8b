package import Policy
package import Registry
package import Vocabulary

/// From what the registry knows to what Policy decides on.
extension DeploymentFacts {
    package init(_ deployment: Deployment, in registry: Registry) {
        let model = registry.models[deployment.model]
        let lineage = registry.lineages[deployment.model]
        self.init(
            id: deployment.id, model: deployment.model,
            lineage: lineage.map { Names($0.map(\.text)) } ?? .unknown, operatedBy: .known(deployment.operatedBy),
            operatorCountry: registry.vendors[deployment.operatedBy]?.jurisdiction, channel: deployment.channel,
            contract: deployment.contract.map { .known($0) } ?? .none, regions: deployment.regions,
            insidePerimeter: Answer(deployment.insidePerimeter), exitPlan: deployment.exitPlan,
            licenceVerified: model?.licenceVerified ?? .unknown, openWeights: Answer(model?.openWeights),
            trainingUse: deployment.trainingUse, humanReview: deployment.humanReview,
            retentionDays: deployment.retentionDays, capabilities: model.map { Names($0.capabilities) } ?? .unknown)
    }
}

extension Bundle {
    /// The facts of a person. An entity that the bundle does not know is an unknown entity: any owner, any regulator.
    /// - Parameters:
    ///   - designations: the person's own; those of their entity are added.
    package func facts(
        of person: PersonID, entity: EntityID, site: Country?, classes: PossiblePersonClasses, roles: Set<String>,
        designations: Set<String>, located: Located
    ) -> PersonFacts {
        guard let employer = registry.entities[entity] else {
            var facts = PersonFacts.unknown
            facts.id = person
            facts.located = located
            facts.site = site.map { .known($0) } ?? .unknown
            facts.classes = classes
            facts.roles = Names(roles)
            return facts
        }
        return PersonFacts(
            id: person, located: located, site: site.map { .known($0) } ?? .none, classes: classes,
            entity: .known(entity), entityCountry: employer.country, regulators: Names(employer.regulators),
            licences: Names(employer.licences), designations: Names(employer.designations.union(designations)),
            roles: Names(roles), ownership: employer.ownership)
    }

    /// The use case of a key; nil for one that the bundle does not know, which must then not be served.
    package func useCaseFacts(_ id: UseCaseID) -> UseCaseFacts? {
        registry.useCases[id].map { useCase in
            UseCaseFacts(
                id: useCase.id, purpose: useCase.purpose, riskTier: useCase.riskTier, models: useCase.models,
                highestLabel: useCase.highestLabel)
        }
    }

    /// The facts of a request's data. Unlabelled data has the highest label of its use case; a caller may only raise
    /// it.
    /// - Parameters:
    ///   - entity: whose data it is, for outsourcing records.
    ///   - isUnattributed: an assistant turn of the conversation stands in no record of ours.
    package func dataFacts(
        useCase id: UseCaseID, declared: DataLabel? = nil, entity: EntityID? = nil, derivedFrom: Names = .empty,
        isUnattributed: Bool = false
    ) -> DataFacts? {
        guard let useCase = registry.useCases[id] else { return nil }
        var flags = useCase.flags
        if isUnattributed { flags.insert(.unattributed) }
        return DataFacts(
            labels: [max(declared ?? useCase.highestLabel, useCase.highestLabel)], flags: DataFacts.flags(flags),
            markets: Names(useCase.markets), derivedFrom: derivedFrom,
            outsourcingRecords: entity.flatMap { registry.entities[$0]?.outsourcingRecords } ?? [])
    }
}
