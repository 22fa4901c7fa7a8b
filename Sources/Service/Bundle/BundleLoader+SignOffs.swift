internal import Approvals
internal import Identity
internal import Vocabulary
internal import YAML

/// Reads `signoffs.yaml`: who proposes and who signs what. The matrix itself asks for no less than an act's direction
/// does; here whoever wrote less is told where.
extension BundleLoader {
    private enum OrderWord: String, CaseIterable {
        case before
        case after
    }

    func readSignOffs(_ roots: [String: YAMLNode]) {
        var seen: Set<ActKind> = []
        each("signoffs", in: "signoffs.yaml", roots) { record in
            let act = record.choice("act", ActKind.self)
            let proposes = functions(&record, "proposes")
            let signs = readSigns(&record, act)
            let proposerSigns = record.optionalBool("proposer_signs") ?? false
            let order = readOrder(&record, act)
            let hours = record.integer("expires_hours", 1...720, default: 168)
            let methods = record.choices("methods", SigningMethod.self)
            _ = record.optionalText("note")
            guard let act else { return }
            if !seen.insert(act).inserted {
                record.fail(record.position(of: "act"), "`act`: `\(act.rawValue)` stands twice")
            }
            if proposerSigns, act.direction == .reads {
                record.fail(
                    record.position(of: "proposer_signs"),
                    "`proposer_signs`: `\(act.rawValue)` shows what others wrote, and who asks for it does not allow it"
                )
            }
            guard let proposes, let signs, let order, let hours else { return }
            signOffs.append(
                SignOffRow(
                    act, proposes: proposes, signs: signs, proposerSigns: proposerSigns, order: order,
                    lifetimeSeconds: Int64(hours) * 3600,
                    methods: methods.isEmpty ? SigningMethod.all : Set(methods)))
        }
    }

    /// Nil when something was reported.
    private func readSigns(_ record: inout RecordReader, _ act: ActKind?) -> [Set<FunctionID>]? {
        let expected = "a list with a list of functions for each person who signs"
        guard let node = record.required("signs", expected) else { return nil }
        guard let items = node.items else {
            record.fail(node.position, "`signs`: expected \(expected), found \(node.shown)")
            return nil
        }
        var slots: [Set<FunctionID>] = []
        for item in items {
            guard let slot = functions(item, "signs", record) else { return nil }
            slots.append(slot)
        }
        guard slots.count <= SignOffRow.mostSigners else {
            record.fail(node.position, "`signs`: expected at most \(SignOffRow.mostSigners) persons")
            return nil
        }
        if let act, slots.count < act.direction.fewestSigners {
            let words =
                switch act.direction {
                case .loosens: "loosens, so it takes two natural persons whatever a bundle says"
                case .tightens, .reads: "takes one person at the least"
                }
            record.fail(
                node.position,
                "`signs`: `\(act.rawValue)` \(words); \(slots.count) are named: add a list of functions for each")
            return nil
        }
        return slots
    }

    private func readOrder(_ record: inout RecordReader, _ act: ActKind?) -> SignOffRow.Order? {
        let position = record.position(of: "order")
        let word = record.optionalChoice("order", OrderWord.self) ?? .before
        guard word == .after else {
            if record.has("within_minutes") {
                record.fail(
                    record.position(of: "within_minutes"), "`within_minutes` goes with `order: after`: leave it out")
            }
            _ = record.optional("within_minutes")
            return .before
        }
        guard let minutes = record.integer("within_minutes", 1...1440) else { return nil }
        if let act, act.direction != .tightens {
            record.fail(position, "`order`: only what tightens is done before it is signed; `\(act.rawValue)` does not")
            return nil
        }
        return .after(seconds: Int64(minutes) * 60)
    }

    private func functions(_ record: inout RecordReader, _ key: String) -> Set<FunctionID>? {
        guard let node = record.required(key, "a list of functions") else { return nil }
        return functions(node, key, record)
    }

    /// A list of roles, each of which may sign. Never empty.
    private func functions(_ node: YAMLNode, _ key: String, _ record: RecordReader) -> Set<FunctionID>? {
        guard let items = node.items, !items.isEmpty else {
            record.fail(node.position, "`\(key)`: expected a list of functions, found \(node.shown)")
            return nil
        }
        var functions: Set<FunctionID> = []
        var isSound = true
        for item in items {
            guard let role: Role = record.choice(item, key), let function = FunctionID(role.rawValue) else {
                isSound = false
                continue
            }
            if FunctionID.neverSign.contains(function) {
                record.fail(item.position, "`\(key)`: `\(role.rawValue)` neither proposes nor signs")
                isSound = false
            }
            functions.insert(function)
        }
        return isSound ? functions : nil
    }
}
