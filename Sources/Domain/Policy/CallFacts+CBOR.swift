internal import CBOR
internal import Vocabulary

extension CallFacts {
    var cbor: CBOR {
        .map([
            ("principal", .text(principal.rawValue)), ("kind", .text(kind.rawValue)),
            ("persons", .array(persons.map(\.cbor))), ("use_case", useCase?.cbor ?? .null), ("data", data.cbor),
            ("approvals", .array(approvals.sorted { $0.id < $1.id }.map(\.cbor))),
            ("dischargeable", .texts(dischargeable.map(\.rawValue))),
        ])
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let principal = try fields.value("principal", "human, service or agent") { Principal(rawValue: $0) }
        let kind = try fields.value("kind", "a kind of access") { AccessKind(rawValue: $0) }
        var persons: [PersonFacts] = []
        for item in try fields.array("persons") {
            persons.append(try PersonFacts(try CBORFields(item, path: fields.path(of: "persons[\(persons.count)]"))))
        }
        let useCaseItem = try fields.take("use_case")
        var useCase: UseCaseFacts?
        if useCaseItem != .null {
            useCase = try UseCaseFacts(try CBORFields(useCaseItem, path: fields.path(of: "use_case")))
        }
        let data = try DataFacts(try fields.map("data"))
        var approvals: [Approval] = []
        for item in try fields.array("approvals") {
            approvals.append(try Approval(try CBORFields(item, path: fields.path(of: "approvals[\(approvals.count)]"))))
        }
        let dischargeable = try fields.values("dischargeable", "obligations") { Obligation(rawValue: $0) }
        try fields.finish()
        self.init(
            principal: principal, kind: kind, persons: persons, useCase: useCase, data: data, approvals: approvals,
            dischargeable: Set(dischargeable))
    }
}

extension UseCaseFacts {
    var cbor: CBOR {
        .map([
            ("id", .text(id.text)), ("purpose", .text(purpose)), ("risk_tier", .text(riskTier)),
            ("models", models.map { .texts($0.map(\.text)) } ?? .null), ("highest_label", .text(highestLabel.rawValue)),
        ])
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let id = try fields.value("id", "an id") { UseCaseID($0) }
        let purpose = try fields.text("purpose")
        let riskTier = try fields.text("risk_tier")
        var models: Set<ModelID>?
        if case .exactly(let names) = try fields.names("models") {
            models = []
            for name in names {
                guard let model = ModelID(name) else {
                    throw CBORFieldError(path: fields.path(of: "models"), expected: "ids or null")
                }
                models?.insert(model)
            }
        }
        let label = try fields.value("highest_label", "a data label") { DataLabel(rawValue: $0) }
        try fields.finish()
        self.init(id: id, purpose: purpose, riskTier: riskTier, models: models, highestLabel: label)
    }
}

extension DataFacts {
    var cbor: CBOR {
        .map([
            ("labels", .texts(labels.map(\.rawValue))),
            ("flags", .map(flags.map { ($0.key.rawValue, .answer($0.value)) })), ("markets", .names(markets)),
            ("derived_from", .names(derivedFrom)),
            ("outsourcing_records", .array(outsourcingRecords.map(\.cbor))),
        ])
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let labels = try fields.values("labels", "data labels") { DataLabel(rawValue: $0) }
        var flagFields = try fields.map("flags")
        var flags: [DataFlag: Answer] = [:]
        for flag in DataFlag.allCases where flagFields.has(flag.rawValue) {
            flags[flag] = try flagFields.answer(flag.rawValue)
        }
        try flagFields.finish()
        let markets = try fields.names("markets")
        let derivedFrom = try fields.names("derived_from")
        var records: [OutsourcingRecord] = []
        for item in try fields.array("outsourcing_records") {
            let path = fields.path(of: "outsourcing_records[\(records.count)]")
            records.append(try OutsourcingRecord(try CBORFields(item, path: path)))
        }
        try fields.finish()
        self.init(
            labels: Set(labels), flags: flags, markets: markets, derivedFrom: derivedFrom,
            outsourcingRecords: records)
    }
}

extension OutsourcingRecord {
    var cbor: CBOR {
        .map([
            ("contract", .optional(contract?.text)), ("countries", .texts(countries.map(\.description))),
        ])
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let contract = try fields.nullable("contract", "an id") { ContractID($0) }
        let countries = try fields.values("countries", "countries") { Country($0) }
        try fields.finish()
        self.init(contract: contract, countries: Set(countries))
    }
}

extension Approval {
    var cbor: CBOR {
        .map([
            ("id", .text(id.text)), ("scopes", .texts(scopes.map(\.text))), ("valid", .validity(valid)),
            ("recorded", .range(recorded)), ("entities", .texts(grantees.entities.map(\.text))),
            ("roles", .texts(grantees.roles)), ("use_cases", .texts(grantees.useCases.map(\.text))),
            ("persons", .texts(grantees.persons.map(\.text))),
        ])
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let id = try fields.value("id", "an id") { ApprovalID($0) }
        let scopes = try fields.values("scopes", "scopes") { Approval.Scope($0) }
        let valid = try fields.validity("valid")
        let recorded = try fields.range("recorded")
        let grantees = Grantees(
            entities: Set(try fields.values("entities", "ids") { EntityID($0) }),
            roles: Set(try fields.values("roles", "texts") { $0 }),
            useCases: Set(try fields.values("use_cases", "ids") { UseCaseID($0) }),
            persons: Set(try fields.values("persons", "ids") { PersonID($0) }))
        try fields.finish()
        self.init(id: id, scopes: Set(scopes), valid: valid, recorded: recorded, grantees: grantees)
    }
}

extension Approval.Scope {
    /// `*`, `model:…`, `lineage:…` or `deployment:…`.
    package var text: String {
        switch self {
        case .everything: "*"
        case .model(let id): "model:" + id.text
        case .lineage(let id): "lineage:" + id.text
        case .deployment(let id): "deployment:" + id.text
        }
    }

    package init?(_ text: String) {
        if text == "*" {
            self = .everything
            return
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "model":
            guard let id = ModelID(parts[1]) else { return nil }
            self = .model(id)
        case "lineage":
            guard let id = LineageID(parts[1]) else { return nil }
            self = .lineage(id)
        case "deployment":
            guard let id = DeploymentID(parts[1]) else { return nil }
            self = .deployment(id)
        default: return nil
        }
    }
}
