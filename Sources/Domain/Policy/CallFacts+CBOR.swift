internal import CBOR
internal import Vocabulary

extension CallFacts {
    func write(to writer: inout CBORWriter) {
        writer.map(count: 7)
        writer.text("data")
        data.write(to: &writer)
        writer.text("kind")
        writer.text(kind.rawValue)
        writer.text("persons")
        writer.array(count: persons.count)
        for person in persons { person.write(to: &writer) }
        writer.text("use_case")
        if let useCase { useCase.write(to: &writer) } else { writer.null() }
        writer.text("approvals")
        writer.array(count: approvals.count)
        for approval in approvals.sorted(by: { $0.id < $1.id }) { approval.write(to: &writer) }
        writer.text("principal")
        writer.text(principal.rawValue)
        writer.text("dischargeable")
        writer.texts(dischargeable.lazy.map(\.rawValue))
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
    func write(to writer: inout CBORWriter) {
        writer.map(count: 5)
        writer.text("id")
        writer.text(id.text)
        writer.text("models")
        if let models { writer.texts(models.lazy.map(\.text)) } else { writer.null() }
        writer.text("purpose")
        writer.text(purpose)
        writer.text("risk_tier")
        writer.text(riskTier)
        writer.text("highest_label")
        writer.text(highestLabel.rawValue)
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
    func write(to writer: inout CBORWriter) {
        writer.map(count: 5)
        writer.text("flags")
        writer.map(count: flags.count)
        for flag in DataFacts.flagsInOrder {
            guard let answer = flags[flag] else { continue }
            writer.text(flag.rawValue)
            writer.answer(answer)
        }
        writer.text("labels")
        writer.texts(labels.lazy.map(\.rawValue))
        writer.text("markets")
        writer.names(markets)
        writer.text("derived_from")
        writer.names(derivedFrom)
        writer.text("outsourcing_records")
        writer.array(count: outsourcingRecords.count)
        for record in outsourcingRecords { record.write(to: &writer) }
    }

    /// As the keys of a map stand: shorter ones first.
    private static let flagsInOrder = DataFlag.allCases.sorted {
        ($0.rawValue.utf8.count, $0.rawValue) < ($1.rawValue.utf8.count, $1.rawValue)
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
    func write(to writer: inout CBORWriter) {
        writer.map(count: 2)
        writer.text("contract")
        writer.optional(contract?.text)
        writer.text("countries")
        writer.texts(countries.lazy.map(\.description))
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
    func write(to writer: inout CBORWriter) {
        writer.map(count: 8)
        writer.text("id")
        writer.text(id.text)
        writer.text("roles")
        writer.texts(grantees.roles)
        writer.text("valid")
        writer.array(count: valid.intervals.count)
        for interval in valid.intervals { writer.range(interval) }
        writer.text("scopes")
        writer.texts(scopes.lazy.map(\.text))
        writer.text("persons")
        writer.texts(grantees.persons.lazy.map(\.text))
        writer.text("entities")
        writer.texts(grantees.entities.lazy.map(\.text))
        writer.text("recorded")
        writer.range(recorded)
        writer.text("use_cases")
        writer.texts(grantees.useCases.lazy.map(\.text))
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
