internal import Approvals
internal import Location
internal import Policy
internal import Registry
internal import Vocabulary
internal import YAML

/// Turns files into a bundle. Reads everything before it gives up, so that all faults are reported at once.
final class BundleLoader {
    let faults = FaultList()
    let zones: ZoneShelf

    var name: String?
    var appeal: LocalizedText?
    var records = Registry.Records()
    /// The mapping that each record of the registry came from, to say where a fault of the registry stands.
    private var origins: [Origin: RecordReader] = [:]
    var claims: [Claim] = []
    var book = RuleBook()
    var networks: [NetworkMap.Entry] = []
    var inspection = InspectionSettings()
    var texts: [RefusalTexts.Key: LocalizedText] = [:]
    var places: [Country: LocalizedText] = [:]
    var signOffs: [SignOffRow] = []

    /// Ids that the files declare, by the list they stand in, those of faulty entries included: one fault must not make
    /// everything that refers to it faulty too.
    private(set) var declared: [String: Set<String>] = [:]
    /// Whether every file could be read as YAML. If not, nobody knows what is missing.
    private(set) var isWhole = true

    private struct Origin: Hashable {
        var record: RegistryFault.Record
        var id: String
    }

    init(zones: ZoneSource) { self.zones = ZoneShelf(zones) }

    /// The files of a bundle and what each holds. Rules may stand in several files of the folder `rules`.
    static let fileNames = [
        "bundle.yaml", "vendors.yaml", "models.yaml", "deployments.yaml", "contracts.yaml", "entities.yaml",
        "sets.yaml", "networks.yaml", "use-cases.yaml", "aliases.yaml", "evidence.yaml", "exceptions.yaml",
        "approvals.yaml", "inspection.yaml", "texts.yaml", "signoffs.yaml",
    ]

    func read(_ files: [BundleFile]) -> Registry? {
        var roots: [String: YAMLNode] = [:]
        for file in files.sorted(by: { $0.path < $1.path }) {
            guard isKnown(file.path) else {
                faults.add(
                    file.path, nil,
                    "no file of a bundle has this name: expected rules/….yaml or one of "
                        + BundleLoader.fileNames.joined(separator: ", "))
                continue
            }
            guard roots[file.path] == nil else {
                faults.add(file.path, nil, "the file was given twice")
                continue
            }
            do {
                roots[file.path] = try YAML.parse(file.bytes)
            } catch {
                faults.add(file.path, error.position, error.problem.description)
                isWhole = false
            }
        }
        if !files.contains(where: { $0.path == "bundle.yaml" }) {
            faults.add("bundle.yaml", nil, "the file is missing: it names the bundle and the version of its format")
        }
        readRegistry(roots)
        readNetworks(roots)
        readInspection(roots)
        readTexts(roots)
        readSignOffs(roots)
        declareRules(roots)
        let known = KnownNames(records, isWhole ? declared : nil)
        readClaims(roots)
        for path in roots.keys.sorted() where path.hasPrefix("rules/") {
            each("rules", in: path, roots) { record in readRule(&record, known) }
        }
        each("exceptions", in: "exceptions.yaml", roots) { record in readException(&record, known) }
        each("approvals", in: "approvals.yaml", roots) { record in readApproval(&record, known) }
        checkRules(roots)
        return registry()
    }

    private func isKnown(_ path: String) -> Bool {
        if BundleLoader.fileNames.contains(path) { return true }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == "rules" && parts[1].hasSuffix(".yaml") && parts[1].utf8.count > 5
    }

    /// Calls `body` for each mapping of the one list that a file holds.
    func each(
        _ key: String, in path: String, _ roots: [String: YAMLNode], body: (inout RecordReader) -> Void
    ) {
        guard let root = roots[path], var file = RecordReader(root, path, faults, expected: "`\(key)`") else { return }
        guard let list = file.required(key, "a list") else {
            file.finish()
            return
        }
        file.finish()
        guard let items = list.items else {
            faults.add(path, list.position, "`\(key)`: expected a list, found \(list.shown)")
            return
        }
        for item in items {
            guard var record = RecordReader(item, path, faults, expected: "an entry of `\(key)`") else { continue }
            if let id = record.idText { declared[key, default: []].insert(id) }
            body(&record)
            record.finish()
        }
    }

    /// Rules may be lifted by exceptions that are read before them.
    private func declareRules(_ roots: [String: YAMLNode]) {
        for (path, root) in roots where path.hasPrefix("rules/") {
            let list = root.entries?.first { $0.key.text == "rules" }?.value.items ?? []
            for item in list {
                let id = item.entries?.first { $0.key.text == "id" }?.value.text
                if let id { declared["rules", default: []].insert(id) }
            }
        }
    }

    /// Whether a reference leads nowhere, as far as that can be known.
    func isMissing(_ id: String, in list: String) -> Bool { isWhole && declared[list]?.contains(id) != true }

    func remember(_ record: RegistryFault.Record, _ id: String, _ reader: RecordReader) {
        origins[Origin(record: record, id: id)] = reader
    }

    /// Checks the records against each other.
    private func registry() -> Registry? {
        do {
            return try Registry(records)
        } catch {
            for fault in error.faults where !isFollowUp(fault) {
                let origin = origins[Origin(record: fault.record, id: fault.id)]
                let position = fault.field.map { origin?.position(of: $0) } ?? origin?.node.position
                let field = fault.field.map { "`\($0)`: " } ?? ""
                faults.add(origin?.file ?? "bundle", position ?? nil, field + fault.problem)
            }
            return nil
        }
    }

    /// A record that could not be read was reported itself.
    private func isFollowUp(_ fault: RegistryFault) -> Bool {
        guard let missing = fault.missing else { return false }
        return !isWhole || declared.values.contains { $0.contains(missing) }
    }
}

/// What rules may name: the ids that the registry's files declare, whether or not these are sound.
struct KnownNames {
    private let names: [Attribute.Reference: Set<String>]
    private let isComplete: Bool
    let sets: [String: Set<Country>]
    private let setNames: Set<String>

    /// - Parameter declared: ids by list; nil when files are missing from them.
    init(_ records: Registry.Records, _ declared: [String: Set<String>]?) {
        isComplete = declared != nil
        sets = Dictionary(records.sets.map { ($0.id.text, $0.members) }, uniquingKeysWith: { first, _ in first })
        setNames = declared?["sets"] ?? []
        guard let declared else {
            names = [:]
            return
        }
        let vendors = declared["vendors"] ?? []
        let models = declared["models"] ?? []
        names = [
            .vendor: vendors, .model: models, .lineage: vendors.union(models),
            .deployment: declared["deployments"] ?? [], .contract: declared["contracts"] ?? [],
            .entity: declared["entities"] ?? [], .useCase: declared["use_cases"] ?? [],
        ]
    }

    /// Whether a set is certainly not there; one that could not be read was reported itself.
    func isMissingSet(_ name: String) -> Bool { isComplete && !setNames.contains(name) }

    /// Nil where any name will do: people live in the control store, and free words name themselves.
    func declared(_ reference: Attribute.Reference) -> Set<String>? { names[reference] }
}
