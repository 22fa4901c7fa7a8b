internal import Policy
internal import Vocabulary
internal import YAML

/// Reads `when`: a list of conditions that must all hold, each about one attribute, or `any_of` several.
///
///     when:
///       - deployment.lineage: {has_any: [anthropic]}
///       - caller.place: {not_in: {set: anthropic-supported}}
///       - any_of:
///           - deployment.channel: {in: [direct, aistudio]}
///           - caller.owned_by_listed: {at_least: 50}
///       - data.eu_pi: true
struct ConditionReader {
    let known: KnownNames
    let record: RecordReader

    /// Nil when something was reported.
    func clauses(_ node: YAMLNode?) -> [Clause]? {
        guard let node else { return nil }
        guard let items = node.items else {
            record.fail(node.position, "`when`: expected a list of conditions, found \(node.shown)")
            return nil
        }
        let clauses = items.compactMap { clause($0) }
        return clauses.count == items.count ? clauses : nil
    }

    private func clause(_ node: YAMLNode) -> Clause? {
        guard let pair = single(node, "a condition such as `caller.place: {in: [HK]}`") else { return nil }
        guard pair.key.text == "any_of" else { return literal(pair).map { Clause($0) } }
        guard let items = pair.value.items, !items.isEmpty else {
            record.fail(pair.value.position, "`any_of`: expected a list of conditions, found \(pair.value.shown)")
            return nil
        }
        let literals = items.compactMap { item in
            single(item, "a condition such as `caller.place: {in: [HK]}`").flatMap { literal($0) }
        }
        return literals.count == items.count ? Clause(anyOf: literals) : nil
    }

    private func single(_ node: YAMLNode, _ expected: String) -> (key: YAMLNode, value: YAMLNode)? {
        guard let pairs = node.entries, pairs.count == 1 else {
            record.fail(node.position, "expected \(expected), one to an item, found \(node.shown)")
            return nil
        }
        return pairs[0]
    }

    private func literal(_ pair: (key: YAMLNode, value: YAMLNode)) -> Literal? {
        let name = pair.key.text ?? ""
        guard let attribute = Attribute(rawValue: name) else {
            let near = Suggestion.nearest(to: name, among: Attribute.allCases.map(\.rawValue))
            record.fail(
                pair.key.position,
                "there is no attribute `\(name)`"
                    + (near.map { ": did you mean `\($0)`?" } ?? ": see docs/writing-rules.md"))
            return nil
        }
        if case .choice(Attribute.boolean) = attribute.shape {
            guard let value = pair.value.bool else {
                record.fail(pair.value.position, "`\(name)`: expected true or false, found \(pair.value.shown)")
                return nil
            }
            return Literal(attribute, .isIn(ValueSet([value ? "true" : "false"])))
        }
        guard let test = single(pair.value, "a test such as {\(tests(attribute)[0]): …}") else { return nil }
        return self.test(test, of: attribute).map { Literal(attribute, $0) }
    }

    private func tests(_ attribute: Attribute) -> [String] {
        switch attribute.shape {
        case .choice: ["in", "not_in"]
        case .set: ["has_any", "has_none", "within", "outside"]
        case .percent, .integer: ["above", "at_least", "below", "at_most"]
        }
    }

    private func test(_ pair: (key: YAMLNode, value: YAMLNode), of attribute: Attribute) -> Literal.Test? {
        let word = pair.key.text ?? ""
        guard tests(attribute).contains(word) else {
            record.fail(
                pair.key.position,
                "`\(attribute.rawValue)`: expected one of \(tests(attribute).joined(separator: ", ")), found \(pair.key.shown)"
            )
            return nil
        }
        switch attribute.shape {
        case .percent, .integer:
            guard let bound = number(pair.value, attribute) else { return nil }
            return switch word {
            case "above": .above(bound)
            case "at_least": .atLeast(bound)
            case "below": .below(bound)
            default: .atMost(bound)
            }
        case .choice(let domain), .set(let domain):
            guard let values = values(pair.value, attribute, domain) else { return nil }
            return switch word {
            case "in": .isIn(values)
            case "not_in": .isNotIn(values)
            case "has_any": .hasAny(values)
            case "has_none": .hasNone(values)
            case "within": .within(values)
            default: .reachesOutside(values)
            }
        }
    }

    private func number(_ node: YAMLNode, _ attribute: Attribute) -> Int64? {
        if case .percent = attribute.shape {
            // Both roundings agree exactly when nothing was rounded.
            if let text = node.text, let share = Percent(text, rounding: .down), share == Percent(text, rounding: .up) {
                return share.units
            }
            record.fail(
                node.position,
                "`\(attribute.rawValue)`: expected 0 to 100 percent with at most four decimals, found \(node.shown)")
            return nil
        }
        guard let number = node.integer, (0...1_000_000_000).contains(number) else {
            record.fail(node.position, "`\(attribute.rawValue)`: expected a whole number, found \(node.shown)")
            return nil
        }
        return Int64(number)
    }

    /// A list of values, a named set, or a list that mixes both.
    private func values(_ node: YAMLNode, _ attribute: Attribute, _ domain: Attribute.Domain) -> ValueSet? {
        if node.entries != nil { return namedSet(node, attribute, domain) }
        guard let items = node.items, !items.isEmpty else {
            record.fail(
                node.position, "`\(attribute.rawValue)`: expected a list of values or {set: NAME}, found \(node.shown)")
            return nil
        }
        var members: Set<String> = []
        var isSound = true
        for item in items {
            if item.entries != nil {
                guard let set = namedSet(item, attribute, domain) else { return nil }
                members.formUnion(set.members)
            } else if let value = value(item, attribute, domain) {
                members.insert(value)
            } else {
                isSound = false
            }
        }
        return isSound ? ValueSet(members) : nil
    }

    private func namedSet(_ node: YAMLNode, _ attribute: Attribute, _ domain: Attribute.Domain) -> ValueSet? {
        guard let pair = single(node, "{set: NAME}"), pair.key.text == "set", let name = pair.value.text else {
            record.fail(node.position, "`\(attribute.rawValue)`: expected values or {set: NAME}, found \(node.shown)")
            return nil
        }
        guard domain == .country || domain == .countryOrNone else {
            record.fail(node.position, "`\(attribute.rawValue)` has no countries: a named set does not fit")
            return nil
        }
        guard let members = known.sets[name] else {
            if known.isMissingSet(name) {
                record.fail(pair.value.position, "there is no set `\(name)`: declare it in sets.yaml")
            }
            return nil
        }
        return ValueSet(members.map(\.description), name: name)
    }

    private func value(_ node: YAMLNode, _ attribute: Attribute, _ domain: Attribute.Domain) -> String? {
        guard let text = node.text, !text.isEmpty else {
            record.fail(node.position, "`\(attribute.rawValue)`: expected a value, found \(node.shown)")
            return nil
        }
        switch domain {
        case .country, .countryOrNone:
            if domain == .countryOrNone, text == Attribute.none { return text }
            return record.country(node, attribute.rawValue).map(\.description)
        case .enumeration(let all):
            if all.contains(text) { return text }
            let near = Suggestion.nearest(to: text, among: all).map { ": did you mean `\($0)`?" }
            record.fail(
                node.position,
                "`\(attribute.rawValue)`: expected one of \(all.joined(separator: ", ")), found \(node.shown)"
                    + (near ?? ""))
            return nil
        case .names(let reference):
            guard let declared = known.declared(reference), !declared.contains(text), text != Attribute.none else {
                return text
            }
            let near = Suggestion.nearest(to: text, among: Array(declared)).map { ": did you mean `\($0)`?" }
            record.fail(
                node.position,
                "`\(attribute.rawValue)`: there is no \(reference.noun) `\(text)`" + (near ?? ": declare it"))
            return nil
        }
    }
}

extension Attribute.Reference {
    fileprivate var noun: String {
        switch self {
        case .person: "person"
        case .entity: "legal entity"
        case .model: "model"
        case .lineage: "vendor or model"
        case .vendor: "vendor"
        case .deployment: "deployment"
        case .contract: "contract"
        case .useCase: "use case"
        case .free: "name"
        }
    }
}
