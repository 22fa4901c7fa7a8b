internal import Registry
internal import Vocabulary
internal import YAML

extension BundleLoader {
    func readRegistry(_ roots: [String: YAMLNode]) {
        readHeader(roots)
        each("vendors", in: "vendors.yaml", roots) { readVendor(&$0) }
        each("models", in: "models.yaml", roots) { readModel(&$0) }
        each("contracts", in: "contracts.yaml", roots) { readContract(&$0) }
        each("entities", in: "entities.yaml", roots) { readEntity(&$0) }
        each("sets", in: "sets.yaml", roots) { readSet(&$0) }
        each("use_cases", in: "use-cases.yaml", roots) { readUseCase(&$0) }
        each("aliases", in: "aliases.yaml", roots) { readAlias(&$0) }
        each("deployments", in: "deployments.yaml", roots) { readDeployment(&$0) }
    }

    private func readHeader(_ roots: [String: YAMLNode]) {
        guard let root = roots["bundle.yaml"],
            var record = RecordReader(root, "bundle.yaml", faults, expected: "the head of the bundle")
        else { return }
        _ = record.integer("format", Bundle.format...Bundle.format)
        name = record.text("name")
        _ = record.optionalText("description")
        appeal = record.optional("appeal").flatMap { record.localized($0, "appeal") }
        record.finish()
    }

    private func readVendor(_ record: inout RecordReader) {
        let id = record.identifier("id", of: VendorKind.self)
        let name = record.text("name")
        let jurisdiction = record.country("jurisdiction")
        guard let id, let name, let jurisdiction else { return }
        remember(.vendor, id.text, record)
        records.vendors.append(Vendor(id: id, name: name, jurisdiction: jurisdiction))
    }

    private func readModel(_ record: inout RecordReader) {
        let id = record.identifier("id", of: ModelKind.self)
        let name = record.text("name")
        let developer = record.identifier("developer", of: VendorKind.self)
        let version = record.text("version")
        let otherNames = record.texts("other_names")
        let derivedFrom = record.identifiers("derived_from", of: ModelKind.self)
        let licence = record.text("licence")
        let licenceVerified = record.answer("licence_verified")
        let openWeights = record.bool("open_weights")
        let capabilities = record.texts("capabilities")
        let status = record.has("status") ? record.choice("status") : Model.Status.inService
        let released = record.required("released", "the day on which it came out").flatMap {
            record.instant($0, "released")
        }
        let rank = record.integer("rank", 0...1_000_000)
        _ = record.optional("status")
        guard let id, let name, let developer, let version, let licence, let openWeights, let status, let released,
            let rank
        else { return }
        remember(.model, id.text, record)
        records.models.append(
            Model(
                id: id, name: name, developer: developer, version: version, otherNames: otherNames,
                derivedFrom: derivedFrom, licence: licence, licenceVerified: licenceVerified,
                openWeights: openWeights, capabilities: Set(capabilities), status: status, released: released,
                rank: rank))
    }

    private func readContract(_ record: inout RecordReader) {
        let id = record.identifier("id", of: ContractKind.self)
        let title = record.text("title")
        let vendor = record.identifier("vendor", of: VendorKind.self)
        let parties = record.identifiers("parties", of: EntityKind.self)
        var clauses: [Contract.Clause] = []
        for item in record.list("clauses") {
            guard var clause = RecordReader(item, record.file, faults, expected: "a clause {number, summary}") else {
                continue
            }
            let number = clause.text("number")
            let summary = clause.text("summary")
            clause.finish()
            if let number, let summary { clauses.append(Contract.Clause(number: number, summary: summary)) }
        }
        let coveredPlaces = record.optionalIdentifier("covered_places", of: NamedSetKind.self)
        let excludedPlaces = record.optionalIdentifier("excluded_places", of: NamedSetKind.self)
        let coveredAffiliates = record.identifiers("covered_affiliates", of: EntityKind.self)
        let excludedAffiliates = record.identifiers("excluded_affiliates", of: EntityKind.self)
        guard let id, let title, let vendor else { return }
        remember(.contract, id.text, record)
        records.contracts.append(
            Contract(
                id: id, title: title, vendor: vendor, parties: parties, clauses: clauses,
                coveredPlaces: coveredPlaces, excludedPlaces: excludedPlaces, coveredAffiliates: coveredAffiliates,
                excludedAffiliates: excludedAffiliates))
    }

    private func readEntity(_ record: inout RecordReader) {
        let id = record.identifier("id", of: EntityKind.self)
        let name = record.text("name")
        let country = record.country("country")
        let custody = readCustody(&record)
        let licences = record.texts("licences")
        let regulators = record.texts("regulators")
        let designations = record.texts("designations")
        let ownership = readOwnership(&record)
        let outsourcing = readOutsourcing(&record)
        guard let id, let name, let country, let custody, let ownership else { return }
        remember(.entity, id.text, record)
        records.entities.append(
            LegalEntity(
                id: id, name: name, country: country, custody: custody, licences: Set(licences),
                regulators: Set(regulators), designations: Set(designations), ownership: ownership,
                outsourcingRecords: outsourcing))
    }

    /// Custody stands in references, which are read aloud, and in the names of folders.
    private func readCustody(_ record: inout RecordReader) -> CustodyID? {
        guard let custody = record.identifier("custody", of: CustodyKind.self) else { return nil }
        guard Reference.isName(custody.text) else {
            record.fail(record.position(of: "custody"), "`custody`: expected 1 to 16 small letters and digits")
            return nil
        }
        return custody
    }

    private func readOwnership(_ record: inout RecordReader) -> Ownership? {
        guard let node = record.required("ownership", "who owns the firm: `none`, `unknown` or a mapping") else {
            return nil
        }
        if node.text == "none" { return Ownership.none }
        if node.text == "unknown" { return .unknown }
        guard var shares = RecordReader(node, record.file, faults, expected: "`none`, `unknown` or the shares") else {
            return nil
        }
        let unsupported = readShare(&shares, "unsupported_headquarters")
        let listed = readShare(&shares, "listed")
        let concern = readShare(&shares, "country_of_concern")
        shares.finish()
        guard let unsupported, let listed, let concern else { return nil }
        return Ownership(byUnsupported: unsupported, byListed: listed, byCountryOfConcern: concern)
    }

    /// `unknown`, a share such as `12.5`, or `[lowest, highest]` in percent.
    private func readShare(_ record: inout RecordReader, _ key: String) -> PercentRange? {
        let expected = "a share in percent, [lowest, highest], or unknown"
        guard let node = record.required(key, expected) else { return nil }
        if node.text == "unknown" { return .unknown }
        let ends = node.items ?? [node, node]
        if ends.count == 2, let low = ends[0].text.flatMap({ Percent($0, rounding: .down) }),
            let high = ends[1].text.flatMap({ Percent($0, rounding: .up) }), let range = PercentRange(low, high)
        {
            return range
        }
        record.fail(node.position, "`\(key)`: expected \(expected), found \(node.shown)")
        return nil
    }

    private func readOutsourcing(_ record: inout RecordReader) -> [OutsourcingRecord] {
        record.list("outsourcing_records").compactMap { item in
            guard var entry = RecordReader(item, record.file, faults, expected: "a record {contract, countries}") else {
                return nil
            }
            let contract = entry.optionalIdentifier("contract", of: ContractKind.self)
            let countries = entry.list("countries").compactMap { entry.country($0, "countries") }
            entry.finish()
            return OutsourcingRecord(contract: contract, countries: Set(countries))
        }
    }

    private func readSet(_ record: inout RecordReader) {
        let id = record.identifier("id", of: NamedSetKind.self)
        let members = record.list("members").compactMap { record.country($0, "members") }
        let source = record.text("source")
        let digest = record.optional("snapshot_sha256").flatMap { readDigest($0, record) }
        let fetched = record.instant("fetched")
        let note = record.optionalText("note")
        guard let id, let source else { return }
        if members.isEmpty { record.fail(record.node.position, "`members`: a set of nothing says nothing") }
        if Set(members).count != members.count {
            record.fail(record.position(of: "members"), "`members`: a country stands twice")
        }
        remember(.set, id.text, record)
        records.sets.append(
            NamedSet(
                id: id, members: Set(members), source: source, snapshotDigest: digest, fetched: fetched, note: note))
    }

    private func readDigest(_ node: YAMLNode, _ record: RecordReader) -> [UInt8]? {
        guard let text = node.text, let bytes = HexDigest.decode(text) else {
            record.fail(node.position, "`snapshot_sha256`: expected 64 hexadecimal digits, found \(node.shown)")
            return nil
        }
        return bytes
    }

    private func readUseCase(_ record: inout RecordReader) {
        let id = record.identifier("id", of: UseCaseKind.self)
        let name = record.text("name")
        let purpose = record.text("purpose")
        let riskTier = record.text("risk_tier")
        let label = record.choice("highest_label", DataLabel.self)
        let owner = record.text("owner")
        let models = readModels(&record)
        let flags = record.choices("data", DataFlag.self)
        let markets = record.texts("markets")
        let review = record.optionalBool("human_review")
        guard let id, let name, let purpose, let riskTier, let label, let owner, let models else { return }
        remember(.useCase, id.text, record)
        records.useCases.append(
            UseCase(
                id: id, name: name, purpose: purpose, riskTier: riskTier, highestLabel: label, owner: owner,
                models: models, flags: Set(flags), markets: Set(markets), humanReview: review ?? false))
    }

    /// `"*"` for every model, or a list. Outer nil when something was reported.
    private func readModels(_ record: inout RecordReader) -> Set<ModelID>?? {
        guard let node = record.required("models", "\"*\" or a list of models") else { return nil }
        if node.text == "*" { return .some(nil) }
        guard let items = node.items else {
            record.fail(node.position, "`models`: expected \"*\" or a list of models, found \(node.shown)")
            return nil
        }
        let ids: [ModelID] = items.compactMap { record.identifier($0, "models") }
        return ids.count == items.count ? .some(Set(ids)) : nil
    }

    private func readAlias(_ record: inout RecordReader) {
        let id = record.identifier("id", of: AliasKind.self)
        let models = record.identifiers("models", of: ModelKind.self)
        guard let id else { return }
        if models.isEmpty { record.fail(record.node.position, "`models`: an alias needs at least one model") }
        remember(.alias, id.text, record)
        records.aliases.append(ModelAlias(id: id, models: models))
    }
}
