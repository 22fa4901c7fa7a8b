/// Rules in their order and how often each was met. A pure value; a new script starts counting anew.
struct Script: Sendable {
    /// LIMIT: rules of a script.
    static let ruleLimit = 1000

    /// What of a request the rules look at.
    struct Subject {
        var model: String
        var lastUserText: String
        var header: (String) -> String?
    }

    let rules: [ScriptRule]
    private var met: [Int]
    private var played: [Int]

    static let empty = Script(rules: [])

    init(rules: [ScriptRule]) {
        self.rules = rules
        met = Array(repeating: 0, count: rules.count)
        played = met
    }

    /// The first rule that plays on this request; nil when none does. Every rule whose other conditions are met counts
    /// the request, whether it plays or not.
    mutating func take(_ subject: Subject) -> ScriptRule? {
        var chosen: ScriptRule?
        for (index, rule) in rules.enumerated() where Script.meets(rule.match, subject) {
            met[index] += 1
            guard chosen == nil, Script.isTurn(met[index], rule.match), played[index] < rule.times ?? Int.max else {
                continue
            }
            played[index] += 1
            chosen = rule
        }
        return chosen
    }

    private static func meets(_ match: ScriptRule.Match, _ subject: Subject) -> Bool {
        if let model = match.model, model != subject.model { return false }
        if let text = match.text, !subject.lastUserText.contains(text) { return false }
        if let header = match.header {
            guard let value = subject.header(header.name), value.contains(header.contains) else { return false }
        }
        return true
    }

    private static func isTurn(_ count: Int, _ match: ScriptRule.Match) -> Bool {
        if let nth = match.nth, count != nth { return false }
        if let every = match.every, !count.isMultiple(of: every) { return false }
        return true
    }
}
