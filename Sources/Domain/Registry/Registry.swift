package import Vocabulary

/// Who offers what to whom, under which contract: the part of a bundle that is facts and not rules. A value; never
/// changes once it is made.
package struct Registry: Sendable {
    /// The records as they were written.
    package struct Records: Sendable {
        package var vendors: [Vendor] = []
        package var models: [Model] = []
        package var deployments: [Deployment] = []
        package var contracts: [Contract] = []
        package var entities: [LegalEntity] = []
        package var sets: [NamedSet] = []
        package var useCases: [UseCase] = []
        package var aliases: [ModelAlias] = []

        package init() {}
    }

    package let vendors: [VendorID: Vendor]
    package let models: [ModelID: Model]
    package let deployments: [DeploymentID: Deployment]
    package let contracts: [ContractID: Contract]
    package let entities: [EntityID: LegalEntity]
    package let sets: [NamedSetID: NamedSet]
    package let useCases: [UseCaseID: UseCase]
    package let aliases: [AliasID: ModelAlias]

    /// Vendors and models that each model descends from, itself and its developer included.
    package let lineages: [ModelID: Set<LineageID>]
    /// Models by rank, then id.
    package let modelsInOrder: [Model]
    private let deploymentsOfModel: [ModelID: [Deployment]]
    private let names: [ModelName: Resolution]
    /// Names as the bundle spells them, which most requests do, too.
    private let exactNames: [String: Resolution]

    /// What a model's name in a request stands for.
    package enum Resolution: Hashable, Sendable {
        case model(ModelID)
        case alias(AliasID)
    }

    package init(_ records: Records) throws(RegistryFaults) {
        var check = RegistryCheck(records)
        lineages = check.lineages()
        let names = check.names()
        self.names = names
        exactNames = Dictionary(
            (records.models.map(\.id.text) + records.aliases.map(\.id.text)).compactMap { text in
                ModelName(text).flatMap { names[$0] }.map { (text, $0) }
            }, uniquingKeysWith: { first, _ in first })
        check.references()
        guard check.faults.isEmpty else { throw RegistryFaults(faults: check.faults) }
        vendors = Dictionary(uniqueKeysWithValues: records.vendors.map { ($0.id, $0) })
        models = Dictionary(uniqueKeysWithValues: records.models.map { ($0.id, $0) })
        deployments = Dictionary(uniqueKeysWithValues: records.deployments.map { ($0.id, $0) })
        contracts = Dictionary(uniqueKeysWithValues: records.contracts.map { ($0.id, $0) })
        entities = Dictionary(uniqueKeysWithValues: records.entities.map { ($0.id, $0) })
        sets = Dictionary(uniqueKeysWithValues: records.sets.map { ($0.id, $0) })
        useCases = Dictionary(uniqueKeysWithValues: records.useCases.map { ($0.id, $0) })
        aliases = Dictionary(uniqueKeysWithValues: records.aliases.map { ($0.id, $0) })
        modelsInOrder = records.models.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
        deploymentsOfModel = Dictionary(
            grouping: records.deployments.filter { $0.status == .inService }, by: \.model
        ).mapValues { $0.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) } }
    }

    /// Whatever the spelling: see `ModelName`.
    package func resolve(modelName: some StringProtocol) -> Resolution? {
        exactNames[String(modelName)] ?? ModelName(modelName).flatMap { names[$0] }
    }

    /// What may serve a request, in the order in which it is tried. A concrete model is never replaced by another one.
    package func candidates(for resolution: Resolution) -> [Deployment] {
        switch resolution {
        case .model(let id): candidates(for: id)
        case .alias(let id): (aliases[id]?.models ?? []).flatMap { candidates(for: $0) }
        }
    }

    private func candidates(for model: ModelID) -> [Deployment] {
        guard let found = models[model], found.status != .withdrawn else { return [] }
        return deploymentsOfModel[model] ?? []
    }
}
