internal import Bundle
internal import JSON
internal import Location
internal import Policy
internal import Vocabulary

/// Evidence of a case: observed so long before whatever instant is decided.
struct AgedEvidence {
    var evidence: Evidence
    var ageSeconds: Int64

    func seen(at now: Instant) -> Evidence {
        var seen = evidence
        seen.observed = now.adding(seconds: -ageSeconds)
        return seen
    }
}

extension DecisionCase {
    init(_ root: JSONValue, zones: ZoneSource) throws(DecisionCasesError) {
        let reader = try CaseReader(root)
        id = try reader.text("id")
        guard let at = try reader.instant("at") else { throw DecisionCasesError("at", "is missing") }
        self.at = at
        knownAt = try reader.instant("known_at") ?? at
        mode = try reader.choice("mode", Mode.self) ?? .single
        guard let rules = try reader.texts("rules_in_force") else {
            throw DecisionCasesError("rules_in_force", "is missing")
        }
        rulesInForce = Set(rules)
        subject = try CaseSubject(try CaseReader(try reader.required("subject")), zones)
        let data = try reader.field("data").map { (value) throws(DecisionCasesError) in try CaseReader(value) }
        guard let steps = try reader.objects("steps"), !steps.isEmpty else {
            throw DecisionCasesError("steps", "expected at least one step")
        }
        self.steps = []
        for step in steps { self.steps.append(try Step(step, caseData: data)) }
        if let expected = reader.field("expected"), expected.kind == .object, let recheck = expected["recheck"] {
            recheckKnownAt = try CaseReader(recheck).instant("known_at")
        }
    }
}

extension DecisionCase.Step {
    init(_ reader: CaseReader, caseData: CaseReader?) throws(DecisionCasesError) {
        deployment = try DeploymentFacts(try CaseReader(try reader.required("deployment")))
        kind = try reader.choice("kind", AccessKind.self) ?? .live
        isAvailable = try reader.bool("available") ?? true
        at = try reader.instant("at")
        let own = try reader.field("data").map { (value) throws(DecisionCasesError) in try CaseReader(value) }
        data = try DataFacts(own, caseData)
    }
}

extension DeploymentFacts {
    init(_ reader: CaseReader) throws(DecisionCasesError) {
        guard let channel = try reader.choice("channel", Channel.self) else {
            throw DecisionCasesError(reader.path("channel"), "is missing")
        }
        let lineage = try reader.texts("lineage").map { Names($0) } ?? .unknown
        let isAnywhere = reader.field("regions").map { $0.reads(as: "*") } ?? true
        let regions: Regions = isAnywhere ? .anywhere : .among(try reader.countries("regions") ?? [])
        let retention = try reader.integer("retention_days")
        self.init(
            id: try reader.identifier("id"), model: try reader.identifier("model"), lineage: lineage,
            channel: channel,
            contract: try reader.optionalText("contract").flatMap { ContractID($0) }.map { .known($0) } ?? .unknown,
            regions: regions, insidePerimeter: Answer(channel == .selfHosted),
            exitPlan: Answer(try reader.bool("exit_plan")),
            licenceVerified: Answer(try reader.bool("licence_verified")),
            retentionDays: retention.flatMap { Int(exactly: $0) }, capabilities: .empty)
    }
}

extension DataFacts {
    /// A step's own data wins over that of the case, field by field. A label or paper that is not mentioned is not
    /// there.
    init(_ step: CaseReader?, _ wholeCase: CaseReader?) throws(DecisionCasesError) {
        func source(_ name: StaticString) -> CaseReader? {
            if let step, step.field(name) != nil { return step }
            return wholeCase
        }
        var flags = DataFacts.flags([])
        let named: [(StaticString, DataFlag)] = [
            ("critical_function", .criticalFunction), ("customer_facing", .customerFacing), ("eu_pi", .euPersonal),
            ("hk_customer", .hongKongCustomer), ("prc_important", .prcImportant),
            ("us_bulk_sensitive", .usBulkSensitive), ("zdr_required", .zeroRetentionRequired),
            ("cac_assessment", .cacAssessment), ("scc_tia", .standardClauses),
        ]
        for (name, flag) in named {
            if let value = try source(name)?.bool(name) { flags[flag] = Answer(value) }
        }
        let market = try source("market")?.optionalText("market")
        let covered = try source("sa2_covers")?.countries("sa2_covers") ?? []
        self.init(
            labels: DataFacts.labels(try source("class")?.optionalText("class")), flags: flags,
            markets: Names(market.map { [$0] } ?? []),
            derivedFrom: Names(try source("derived_from")?.texts("derived_from") ?? []),
            outsourcingRecords: covered.isEmpty ? [] : [OutsourcingRecord(contract: nil, countries: covered)])
    }

    /// Unlabelled is every label; a word that no label has is the highest.
    private static func labels(_ text: String?) -> Set<DataLabel> {
        guard let text else { return [] }
        return [DataLabel(rawValue: text) ?? .restricted]
    }
}
