internal import CBOR

extension Explanation {
    /// The tree as indented lines: `key: value`, lists with a dash.
    package var text: String {
        var lines: [String] = []
        Explanation.write(tree, indent: 0, into: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write(_ item: CBOR, indent: Int, into lines: inout [String]) {
        let margin = String(repeating: "  ", count: indent)
        switch item {
        case .map(let pairs):
            for (key, value) in pairs {
                if let scalar = scalar(value) {
                    lines.append(margin + key + ": " + scalar)
                } else {
                    lines.append(margin + key + ":")
                    write(value, indent: indent + 1, into: &lines)
                }
            }
        case .array(let items):
            for item in items {
                if let scalar = scalar(item) {
                    lines.append(margin + "- " + scalar)
                } else {
                    let start = lines.count
                    write(item, indent: indent + 1, into: &lines)
                    // The dash stands in the margin of the first line.
                    if start < lines.count { lines[start] = margin + "- " + lines[start].dropFirst(margin.count + 2) }
                }
            }
        default: lines.append(margin + (scalar(item) ?? ""))
        }
    }

    /// On one line: scalars, and lists of nothing but scalars. Nil for what needs lines of its own.
    private static func scalar(_ item: CBOR) -> String? {
        switch item {
        case .text(let text): return text
        case .bool(let value): return value ? "yes" : "no"
        case .null: return "unknown"
        case .unsigned(let number): return String(number)
        case .negative(let number): return "-" + String(number + 1)
        case .bytes: return "bytes"
        case .array(let items):
            if items.isEmpty { return "none" }
            let parts = items.compactMap { (item) -> String? in
                if case .array = item { return nil }
                return scalar(item)
            }
            return parts.count == items.count && items.count <= 12 ? parts.joined(separator: ", ") : nil
        case .map: return nil
        }
    }
}
