internal import Bundle
internal import Bytes
internal import JSON
internal import Location
internal import Policy
internal import Vocabulary

extension CaseSubject {
    init(_ reader: CaseReader, _ zones: ZoneSource) throws(DecisionCasesError) {
        principal = try reader.choice("kind", Principal.self) ?? .human
        approvals = try reader.approvals(zones)
        let designations = try CasePerson.designations(reader)
        let people = principal == .human ? [reader] : try reader.objects("persons") ?? []
        persons = []
        for (index, person) in people.enumerated() {
            persons.append(try CasePerson(person, index, designations))
        }
        if approvals == nil { approvals = try CaseSubject.personal(people, zones) }
        if persons.isEmpty { persons = [try CasePerson(nobodyOf: reader, designations)] }
    }

    /// Where the call has no approvals of its own, each person's must do. Nil where nobody brings any.
    private static func personal(
        _ people: [CaseReader], _ zones: ZoneSource
    ) throws(DecisionCasesError) -> [Approval]? {
        var approvals: [Approval]?
        for (index, person) in people.enumerated() {
            guard let own = try person.approvals(zones) else { continue }
            let grantees = Approval.Grantees(persons: [CasePerson.id(index)])
            approvals =
                (approvals ?? [])
                + own.map { approval in
                    var approval = approval
                    approval.grantees = grantees
                    return approval
                }
        }
        return approvals
    }
}

extension CasePerson {
    /// Cases do not name people; their place in the case does.
    static func id(_ index: Int) -> PersonID { PersonID("person-\(index)") ?? PersonID("person") }

    /// - Parameter inherited: designations of the whole call.
    init(_ reader: CaseReader, _ index: Int, _ inherited: Set<String>) throws(DecisionCasesError) {
        var classes: PossiblePersonClasses = []
        for text in try reader.texts("person_class") ?? [] {
            guard let personClass = PersonClass(rawValue: text) else {
                throw DecisionCasesError(reader.path("person_class"), "expected us_person or foreign")
            }
            classes.insert(PossiblePersonClasses(personClass))
        }
        var site = Assigned<Country>.none
        if let text = try reader.optionalText("site") { site = .known(try reader.country(text, "site")) }
        facts = PersonFacts(
            id: CasePerson.id(index), located: .unknown, site: site, classes: classes.isEmpty ? .unknown : classes,
            entity: try reader.entity(), entityCountry: nil,
            designations: .exactly(try CasePerson.designations(reader).union(inherited)),
            ownership: Ownership(
                byUnsupported: try reader.share("own_unsupported"), byListed: try reader.share("listed_owned"),
                byCountryOfConcern: try reader.share("coc_owned")))
        evidence = []
        for (index, item) in (try reader.objects("evidence") ?? []).enumerated() {
            evidence.append(try AgedEvidence(item, index))
        }
        isRemoteSession = try reader.bool("remote_session") ?? false
    }

    /// Of nobody the format says: both classes, any owner, no evidence and no site.
    init(nobodyOf reader: CaseReader, _ designations: Set<String>) throws(DecisionCasesError) {
        facts = PersonFacts.unknown
        facts.site = .none
        facts.entity = try reader.entity()
        facts.regulators = .empty
        facts.licences = .empty
        facts.designations = .exactly(designations)
        facts.roles = .empty
        evidence = []
        isRemoteSession = false
    }

    static func designations(_ reader: CaseReader) throws(DecisionCasesError) -> Set<String> {
        var designations: Set<String> = []
        if try reader.bool("annex_a") == true { designations.insert("annex_a") }
        if try reader.bool("broker_dealer") == true { designations.insert("broker_dealer") }
        return designations
    }
}

extension AgedEvidence {
    init(_ reader: CaseReader, _ index: Int) throws(DecisionCasesError) {
        guard let kind = try reader.choice("kind", EvidenceKind.self) else {
            throw DecisionCasesError(reader.path("kind"), "is missing")
        }
        var country: Country?
        if let text = try reader.optionalText("country") { country = try reader.country(text, "country") }
        ageSeconds =
            try reader.field("age_min").map { (value) throws(DecisionCasesError) in
                // A century either way is more than any case means, and far from the ends of the clock.
                guard let minutes = value.decimal, minutes.magnitude <= 52_560_000 else {
                    throw DecisionCasesError(value.path, "expected a number of minutes")
                }
                return Int64((minutes * 60).rounded(.up))
            } ?? 0
        evidence = Evidence(
            id: EvidenceID("e\(index)") ?? EvidenceID("e"), kind: kind, country: country, observed: .distantPast,
            anonymizer: try reader.bool("anonymizer") ?? false,
            network: try reader.choice("asn", Evidence.Network.self) ?? .fixed,
            hop: try reader.choice("hop", Evidence.Hop.self))
    }
}

extension CaseReader {
    func entity() throws(DecisionCasesError) -> Assigned<EntityID> {
        guard field("entity").map({ !$0.isNull }) ?? false else { return .none }
        return .known(try identifier("entity"))
    }

    /// `[lowest, highest]` in percent; absent is none at all, null is unknown.
    func share(_ name: StaticString) throws(DecisionCasesError) -> PercentRange {
        guard let found = field(name) else { return .none }
        if found.isNull { return .unknown }
        let ends = Array(found.elements)
        guard ends.count == 2, let low = ends[0].percent(.down), let high = ends[1].percent(.up),
            let range = PercentRange(low, high)
        else { throw DecisionCasesError(found.path, "expected [lowest, highest] in percent") }
        return range
    }

    /// Nil where the field is absent.
    func approvals(_ zones: ZoneSource) throws(DecisionCasesError) -> [Approval]? {
        guard let items = try objects("approvals") else { return nil }
        var approvals: [Approval] = []
        for item in items { approvals.append(try item.approval(zones)) }
        return approvals
    }

    private func approval(_ zones: ZoneSource) throws(DecisionCasesError) -> Approval {
        let from = try end("from", "from_local", zones, isStart: true) ?? .distantPast
        let to = try end("to", "to_local", zones, isStart: false) ?? .distantFuture
        let scope = try text("scope")
        var scopes: Set<Approval.Scope> = [.everything]
        if scope != "*" {
            guard let model = ModelID(scope), let lineage = LineageID(scope) else {
                throw DecisionCasesError(path("scope"), "expected *, a model or a lineage")
            }
            scopes = [.model(model), .lineage(lineage)]
        }
        return Approval(
            id: try identifier("id"), scopes: scopes, valid: Validity(from < to ? [from..<to] : []))
    }

    /// A permit is read the shorter way: it begins at the later and ends at the earlier instant that a local time can
    /// mean.
    private func end(
        _ name: StaticString, _ local: StaticString, _ zones: ZoneSource, isStart: Bool
    ) throws(DecisionCasesError) -> Instant? {
        guard let text = try optionalText(local) else { return try instant(name) }
        guard let time = LocalTime(text) else {
            throw DecisionCasesError(path(local), "expected a local time such as 2026-11-01T01:30:00")
        }
        let zone = try self.text("zone")
        guard let readings = zones.readings(of: time, in: zone) else {
            throw DecisionCasesError(path("zone"), "there is no such time zone")
        }
        return isStart ? readings.latest : readings.earliest
    }
}

extension JSONValue {
    fileprivate var decimal: Double? {
        kind == .number ? Double(String(decoding: document.bytes[contentRange], as: UTF8.self)) : nil
    }

    fileprivate func percent(_ rounding: Percent.Rounding) -> Percent? {
        guard kind == .number else { return nil }
        return Percent(String(decoding: document.bytes[contentRange], as: UTF8.self), rounding: rounding)
    }
}
