internal import Policy
internal import Vocabulary
internal import YAML

extension BundleLoader {
    func readClaims(_ roots: [String: YAMLNode]) {
        each("evidence", in: "evidence.yaml", roots) { record in
            let id = record.identifier("id", of: ClaimKind.self)
            let stance = record.choice("stance", Claim.Stance.self)
            let nature = record.choice("nature", Claim.Nature.self)
            let grade = record.choice("grade", Claim.Grade.self)
            let text = record.text("text")
            let source = record.text("source")
            let retrieved = record.required("retrieved", "the day on which it was read").flatMap {
                record.instant($0, "retrieved")
            }
            guard let id, let stance, let nature, let grade, let text, let source, let retrieved else { return }
            if claims.contains(where: { $0.id == id }) {
                record.fail(record.position(of: "id"), "`id`: `\(id)` stands twice")
            }
            claims.append(
                Claim(
                    id: id, stance: stance, nature: nature, grade: grade, text: text, source: source,
                    retrieved: retrieved))
        }
    }

    func readRule(_ record: inout RecordReader, _ known: KnownNames) {
        let id = record.identifier("id", of: RuleKind.self)
        let version = record.integer("version", 1...1_000_000, default: 1)
        _ = record.optionalText("title")
        let effect = readEffect(&record)
        let side: ValidityReader.Side = effect == .permit ? .permits : .restricts
        let when = ConditionReader(known: known, record: record).clauses(
            record.required("when", "a list of conditions"))
        let valid = ValidityReader(zones: zones, side: side).validity(&record)
        let recorded = readRecorded(&record, valid)
        let status = record.choice("status", Rule.Status.self)
        let authority = readAuthority(&record)
        let reading = readReading(&record)
        let evidence = readEvidence(&record)
        let decidedBy = record.text("decided_by", "the function that decided it")
        let reviewOn = record.instant("review_on")
        let disclosure = record.choice("disclosure", Disclosure.self)
        let liftableBy = record.choices("liftable_by", Authority.Kind.self)
        let text = record.localized("text")
        let remedy = record.optionalChoice("remedy", Remedy.self)
        guard let id, let version, let effect, let when, let valid, let recorded, let status, let authority,
            let decidedBy, let disclosure, let text
        else { return }
        if effect == .permit, !liftableBy.isEmpty {
            record.fail(record.position(of: "liftable_by"), "`liftable_by`: only rules that forbid can be lifted")
        }
        if book.rules.contains(where: { $0.id == id && $0.version == version }) {
            record.fail(record.position(of: "id"), "`id`: rule `\(id)` version \(version) stands twice")
        } else if book.rules.contains(where: { $0.id == id && $0.recorded.overlaps(recorded) }) {
            record.fail(
                record.position(of: "id"),
                "`id`: two versions of `\(id)` are known at the same time: end `recorded` of the earlier one")
        }
        book.rules.append(
            Rule(
                id: id, version: version, effect: effect, when: when, valid: valid, recorded: recorded,
                status: status, authority: authority, reading: reading, evidence: evidence, decidedBy: decidedBy,
                reviewOn: reviewOn, disclosure: disclosure, liftableBy: Set(liftableBy), text: text, remedy: remedy))
    }

    private enum EffectWord: String, CaseIterable { case forbid, permit, oblige }

    private func readEffect(_ record: inout RecordReader) -> Rule.Effect? {
        let effect = record.choice("effect", EffectWord.self)
        let obligation = effect == .oblige ? record.choice("obligation", Obligation.self) : nil
        switch effect {
        case .forbid: return .forbid
        case .permit: return .permit
        case .oblige: return obligation.map { .oblige($0) }
        case nil:
            // Not another fault on top of the first.
            _ = record.optional("obligation")
            return nil
        }
    }

    /// When we knew of it: an instant, or `{from, until}`. From the beginning of its validity unless stated.
    private func readRecorded(_ record: inout RecordReader, _ valid: Validity?) -> Range<Instant>? {
        guard let node = record.optional("recorded") else {
            return (valid?.start ?? .distantPast)..<Instant.distantFuture
        }
        guard node.entries != nil else {
            return record.instant(node, "recorded").map { $0..<Instant.distantFuture }
        }
        guard var entry = RecordReader(node, record.file, faults, expected: "an instant or {from, until}") else {
            return nil
        }
        let from = entry.required("from", "an instant").flatMap { entry.instant($0, "from") }
        let until = entry.instant("until")
        entry.finish()
        guard let from else { return nil }
        guard from < until ?? .distantFuture else {
            record.fail(node.position, "`recorded`: `until` must lie after `from`")
            return nil
        }
        return from..<(until ?? .distantFuture)
    }

    private func readAuthority(_ record: inout RecordReader) -> Authority? {
        guard let node = record.required("authority", "what the rule rests on: {kind, instrument, clause}"),
            var entry = RecordReader(node, record.file, faults, expected: "an authority {kind, instrument, clause}")
        else { return nil }
        let kind = entry.choice("kind", Authority.Kind.self)
        let instrument = entry.text("instrument", "the name of the law, letter, agreement or policy")
        let clause = entry.optionalText("clause")
        entry.finish()
        guard let kind, let instrument else { return nil }
        return Authority(kind: kind, instrument: instrument, clause: clause)
    }

    private func readReading(_ record: inout RecordReader) -> Reading? {
        guard let node = record.optional("reading"),
            var entry = RecordReader(node, record.file, faults, expected: "a reading {strictness, by, after}")
        else { return nil }
        let strictness = entry.choice("strictness", Reading.Strictness.self)
        let by = entry.text("by", "the function that chose it")
        let after = entry.optionalText("after")
        entry.finish()
        guard let strictness, let by else { return nil }
        return Reading(strictness: strictness, by: by, after: after)
    }

    private func readEvidence(_ record: inout RecordReader) -> [ClaimID] {
        record.list("evidence").compactMap { node -> ClaimID? in
            guard let id: ClaimID = record.identifier(node, "evidence") else { return nil }
            if isMissing(id.text, in: "evidence") {
                record.fail(node.position, "`evidence`: there is no claim `\(id)` in evidence.yaml")
            }
            return id
        }
    }

    func readException(_ record: inout RecordReader, _ known: KnownNames) {
        let id = record.identifier("id", of: RuleKind.self)
        let version = record.integer("version", 1...1_000_000, default: 1)
        let lifts = readLifted(&record)
        let when = ConditionReader(known: known, record: record).clauses(
            record.required("when", "a list of conditions"))
        let valid = ValidityReader(zones: zones, side: .permits).validity(&record)
        let recorded = readRecorded(&record, valid)
        let status = record.choice("status", Rule.Status.self)
        let authority = readAuthority(&record)
        let decidedBy = record.text("decided_by", "the function that decided it")
        let reviewOn = record.instant("review_on")
        let text = record.localized("text")
        guard let id, let version, let when, let valid, let recorded, let status, let authority, let decidedBy,
            let text
        else { return }
        if book.exceptions.contains(where: { $0.id == id && $0.version == version })
            || book.rules.contains(where: { $0.id == id })
        {
            record.fail(record.position(of: "id"), "`id`: `\(id)` stands twice among rules and exceptions")
        }
        book.exceptions.append(
            RuleException(
                id: id, version: version, lifts: lifts, when: when, valid: valid, recorded: recorded,
                status: status, authority: authority, decidedBy: decidedBy, reviewOn: reviewOn, text: text))
    }

    private func readLifted(_ record: inout RecordReader) -> Set<RuleID> {
        guard record.required("lifts", "the ids of the rules that it lifts") != nil else { return [] }
        var lifts: Set<RuleID> = []
        for node in record.list("lifts") {
            guard let id: RuleID = record.identifier(node, "lifts") else { continue }
            if isMissing(id.text, in: "rules") {
                record.fail(node.position, "`lifts`: there is no rule `\(id)`")
            }
            lifts.insert(id)
        }
        return lifts
    }

    func readApproval(_ record: inout RecordReader, _ known: KnownNames) {
        let id = record.identifier("id", of: ApprovalKind.self)
        let scopes = readScopes(&record, known)
        let valid = ValidityReader(zones: zones, side: .permits).validity(&record)
        let recorded = readRecorded(&record, valid)
        _ = record.optionalText("by")
        var grantees = Approval.Grantees.everybody
        if let node = record.optional("granted_to"),
            var entry = RecordReader(node, record.file, faults, expected: "{entities, roles, use_cases, persons}")
        {
            grantees.entities = Set(entry.identifiers("entities", of: EntityKind.self))
            grantees.roles = Set(entry.texts("roles"))
            grantees.useCases = Set(entry.identifiers("use_cases", of: UseCaseKind.self))
            grantees.persons = Set(entry.identifiers("persons", of: PersonKind.self))
            requireKnown(grantees.entities.map(\.text), .entity, known, entry, "entities", EntityKind.noun)
            requireKnown(grantees.useCases.map(\.text), .useCase, known, entry, "use_cases", UseCaseKind.noun)
            entry.finish()
        }
        guard let id, let scopes, let valid, let recorded else { return }
        if book.approvals.contains(where: { $0.id == id }) {
            record.fail(record.position(of: "id"), "`id`: `\(id)` stands twice")
        }
        book.approvals.append(
            Approval(id: id, scopes: scopes, valid: valid, recorded: recorded, grantees: grantees))
    }

    private func requireKnown(
        _ ids: [String], _ reference: Attribute.Reference, _ known: KnownNames, _ record: RecordReader, _ key: String,
        _ noun: String
    ) {
        guard let declared = known.declared(reference) else { return }
        for id in ids.sorted() where !declared.contains(id) {
            record.fail(record.position(of: key), "`\(key)`: there is no \(noun) `\(id)`")
        }
    }

    private func readScopes(_ record: inout RecordReader, _ known: KnownNames) -> Set<Approval.Scope>? {
        let expected = "\"*\", model:ID, lineage:ID or deployment:ID"
        guard record.required("scopes", "a list of \(expected)") != nil else { return nil }
        var scopes: Set<Approval.Scope> = []
        for node in record.list("scopes") {
            guard let scope = node.text.flatMap({ Approval.Scope($0) }) else {
                record.fail(node.position, "`scopes`: expected \(expected), found \(node.shown)")
                return nil
            }
            let (id, reference): (String?, Attribute.Reference) =
                switch scope {
                case .everything: (nil, .free)
                case .model(let id): (id.text, .model)
                case .lineage(let id): (id.text, .lineage)
                case .deployment(let id): (id.text, .deployment)
                }
            if let id, known.declared(reference)?.contains(id) == false {
                record.fail(node.position, "`scopes`: there is no \(reference.rawValue) `\(id)`")
            }
            scopes.insert(scope)
        }
        if scopes.isEmpty { record.fail(record.node.position, "`scopes`: an approval of nothing approves nothing") }
        return scopes
    }

    /// What can be said only when all rules are known.
    func checkRules(_ roots: [String: YAMLNode]) {
        guard faults.faults.isEmpty else { return }
        let obliging = book.rules.count { if case .oblige = $0.effect { true } else { false } }
        if obliging > CompiledPolicy.maximumObligations {
            faults.add(
                "rules", nil, "\(obliging) rules oblige; at most \(CompiledPolicy.maximumObligations) are evaluated")
        }
    }
}
