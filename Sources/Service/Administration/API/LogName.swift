internal import Ledger
internal import Vocabulary

/// How `/api` calls a log: `gw1-hk-2026`, the middle of every reference into it.
struct LogName: Hashable, Sendable, CustomStringConvertible {
    let node: NodeID
    let custody: CustodyID
    let year: Int

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, Reference.isName(parts[0]), Reference.isName(parts[1]), parts[2].utf8.count == 4,
            let node = NodeID(parts[0]), let custody = CustodyID(parts[1]), let year = Int(parts[2]),
            (1000...9999).contains(year)
        else { return nil }
        self.node = node
        self.custody = custody
        self.year = year
    }

    init(_ log: LogIdentity) {
        node = log.node
        custody = log.custody
        year = log.year
    }

    var description: String { "\(node)-\(custody)-\(year)" }
}

extension LogName {
    init(_ reference: Reference) {
        node = reference.node
        custody = reference.custody
        year = reference.year
    }
}
