internal import Vocabulary

extension PeoplePlan {
    /// What changes, line by line, for whoever signs it off; the last line counts.
    package var text: String {
        var lines: [String] = []
        func add(_ changes: [Change], _ word: String) {
            for change in changes {
                let place = change.line > 0 ? "line \(change.line): " : ""
                var text = "\(place)\(word) \(change.person.id)"
                if !change.differences.isEmpty { text += ": " + change.differences.joined(separator: ", ") }
                if !change.accounts.isEmpty {
                    text +=
                        (change.differences.isEmpty ? ": " : ", ") + "new accounts "
                        + change.accounts.map(\.id.text).joined(separator: ";")
                }
                lines.append(text)
            }
        }
        add(added, "adds")
        add(changed, "changes")
        add(deactivated, "deactivates")
        for refusal in refused { lines.append("line \(refusal.line): refused: \(refusal.problem)") }
        lines.append(
            "\(added.count) added, \(changed.count) changed, \(deactivated.count) deactivated, \(unchanged) unchanged, "
                + "\(refused.count) refused")
        return lines.joined(separator: "\n")
    }
}
