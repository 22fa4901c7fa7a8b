/// Several programs' metrics as one text: each family once, with the series of all. The programs tell theirs apart by
/// the label `node`.
package struct MetricsText {
    private var order: [Substring] = []
    /// `# HELP` and `# TYPE` of a family, as the first who had it says.
    private var heads: [Substring: [Substring]] = [:]
    private var lines: [Substring: [Substring]] = [:]

    package init() {}

    /// - Parameter text: as `Metrics.rendered` gives it. Lines without a family above them are left out.
    package mutating func add(_ text: String) {
        var family: Substring?
        var isKnown = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") {
                let words = line.split(separator: " ", maxSplits: 3)
                guard words.count == 4, words[1] == "HELP" || words[1] == "TYPE" else { continue }
                let name = words[2]
                if family != name {
                    family = name
                    isKnown = heads[name] != nil
                    if !isKnown { order.append(name) }
                }
                if !isKnown { heads[name, default: []].append(line) }
            } else if let family {
                lines[family, default: []].append(line)
            }
        }
    }

    package var bytes: [UInt8] {
        var out: [UInt8] = []
        for family in order {
            for line in (heads[family] ?? []) + (lines[family] ?? []) {
                out.append(contentsOf: line.utf8)
                out.append(0x0A)
            }
        }
        return out
    }
}
