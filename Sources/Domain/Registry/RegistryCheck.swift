internal import Vocabulary

/// Looks for records that contradict each other: ids that stand twice, names that mean two things, references to
/// nothing, descents in a circle.
struct RegistryCheck {
    private let records: Registry.Records
    private(set) var faults: [RegistryFault] = []

    init(_ records: Registry.Records) {
        self.records = records
        unique(.vendor, records.vendors.map(\.id.text))
        unique(.model, records.models.map(\.id.text))
        unique(.deployment, records.deployments.map(\.id.text))
        unique(.contract, records.contracts.map(\.id.text))
        unique(.entity, records.entities.map(\.id.text))
        unique(.set, records.sets.map(\.id.text))
        unique(.useCase, records.useCases.map(\.id.text))
        unique(.alias, records.aliases.map(\.id.text))
        // Vendors and models share the name space of lineages.
        let vendors = Set(records.vendors.map(\.id.text))
        for model in records.models where vendors.contains(model.id.text) {
            report(.model, model.id.text, "id", "a vendor has this id: rules could not tell the two apart")
        }
    }

    private mutating func report(_ record: RegistryFault.Record, _ id: String, _ field: String?, _ problem: String) {
        faults.append(RegistryFault(record, id, field, problem))
    }

    private mutating func unique(_ record: RegistryFault.Record, _ ids: [String]) {
        var seen: Set<String> = []
        for id in ids where !seen.insert(id).inserted { report(record, id, "id", "`\(id)` stands twice") }
    }

    /// The closure of `derivedFrom`.
    mutating func lineages() -> [ModelID: Set<LineageID>] {
        let models = Dictionary(records.models.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var lineages: [ModelID: Set<LineageID>] = [:]
        for model in records.models {
            var lineage: Set<LineageID> = []
            var waiting = [model.id]
            var seen: Set<ModelID> = [model.id]
            while let next = waiting.popLast() {
                if let id = LineageID(next.text) { lineage.insert(id) }
                guard let ancestor = models[next] else { continue }
                if let developer = LineageID(ancestor.developer.text) { lineage.insert(developer) }
                if ancestor.derivedFrom.contains(model.id) {
                    report(
                        .model, model.id.text, "derived_from",
                        "`\(model.id)` descends from itself through `\(next)`: remove one of the two")
                }
                waiting += ancestor.derivedFrom.filter { seen.insert($0).inserted }
            }
            lineages[model.id] = lineage
        }
        return lineages
    }

    /// Every name of every model and alias, folded; one that means two things is a fault.
    mutating func names() -> [ModelName: Registry.Resolution] {
        var names: [ModelName: Registry.Resolution] = [:]
        func owner(_ resolution: Registry.Resolution) -> String {
            switch resolution {
            case .model(let id): "model `\(id)`"
            case .alias(let id): "alias `\(id)`"
            }
        }
        func add(
            _ text: String, _ resolution: Registry.Resolution, _ record: RegistryFault.Record, _ id: String,
            _ field: String
        ) -> RegistryFault? {
            guard let name = ModelName(text) else {
                return RegistryFault(
                    record, id, field, "`\(text)` cannot be the name of a model: use letters, digits and `- _ . : / @`")
            }
            if let other = names[name], other != resolution {
                return RegistryFault(
                    record, id, field, "`\(text)` reads as `\(name)`, which already means \(owner(other))")
            }
            names[name] = resolution
            return nil
        }
        var found: [RegistryFault?] = []
        for model in records.models {
            found.append(add(model.id.text, .model(model.id), .model, model.id.text, "id"))
            for name in model.otherNames {
                found.append(add(name, .model(model.id), .model, model.id.text, "other_names"))
            }
        }
        for alias in records.aliases { found.append(add(alias.id.text, .alias(alias.id), .alias, alias.id.text, "id")) }
        faults += found.compactMap { $0 }
        return names
    }

    mutating func references() {
        let vendors = Set(records.vendors.map(\.id))
        let models = Set(records.models.map(\.id))
        let entities = Set(records.entities.map(\.id))
        let contracts = Set(records.contracts.map(\.id))
        let sets = Set(records.sets.map(\.id))
        for model in records.models {
            require(model.developer, in: vendors, .model, model.id.text, "developer")
            for id in model.derivedFrom { require(id, in: models, .model, model.id.text, "derived_from") }
        }
        for deployment in records.deployments {
            let id = deployment.id.text
            require(deployment.model, in: models, .deployment, id, "model")
            require(deployment.operatedBy, in: vendors, .deployment, id, "operator")
            if let contract = deployment.contract { require(contract, in: contracts, .deployment, id, "contract") }
            if deployment.endpoint.scheme == .http, !deployment.endpoint.isLoopback, !deployment.insidePerimeter {
                report(.deployment, id, "endpoint", "outside the perimeter only https is spoken")
            }
        }
        for contract in records.contracts {
            let id = contract.id.text
            require(contract.vendor, in: vendors, .contract, id, "vendor")
            for party in contract.parties { require(party, in: entities, .contract, id, "parties") }
            for entity in contract.coveredAffiliates {
                require(entity, in: entities, .contract, id, "covered_affiliates")
            }
            for entity in contract.excludedAffiliates {
                require(entity, in: entities, .contract, id, "excluded_affiliates")
            }
            if let set = contract.coveredPlaces { require(set, in: sets, .contract, id, "covered_places") }
            if let set = contract.excludedPlaces { require(set, in: sets, .contract, id, "excluded_places") }
        }
        for entity in records.entities {
            for record in entity.outsourcingRecords {
                if let contract = record.contract {
                    require(contract, in: contracts, .entity, entity.id.text, "outsourcing_records")
                }
            }
        }
        for useCase in records.useCases {
            for id in (useCase.models ?? []).sorted() { require(id, in: models, .useCase, useCase.id.text, "models") }
        }
        for alias in records.aliases {
            for id in alias.models { require(id, in: models, .alias, alias.id.text, "models") }
        }
    }

    private mutating func require<Kind>(
        _ id: Identifier<Kind>, in known: Set<Identifier<Kind>>, _ record: RegistryFault.Record, _ owner: String,
        _ field: String
    ) {
        guard !known.contains(id) else { return }
        faults.append(
            RegistryFault(
                record, owner, field, "there is no \(Kind.noun) `\(id)`: declare it, or correct the id",
                missing: id.text))
    }
}
