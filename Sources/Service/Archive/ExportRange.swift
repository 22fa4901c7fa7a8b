package import Vocabulary

/// Which exchanges are exported: those that began in `[from, to)`, of one node or all, of one custody or all.
package struct ExportRange: Sendable {
    package var from = Instant.distantPast
    package var to = Instant.distantFuture
    package var node: NodeID?
    package var custody: CustodyID?

    package init() {}

    func covers(_ instant: Instant) -> Bool { from <= instant && instant < to }
}
