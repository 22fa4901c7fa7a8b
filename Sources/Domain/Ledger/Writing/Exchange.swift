/// One exchange while it is being recorded: its keys and its place in the log. Owned by whoever serves the exchange,
/// on the thread of its `LogCore`.
///
///     begun ──admit/hop/refuse──▶ open ──complete/abort/cut──▶ ended
package final class Exchange {
    /// Index of the first record: what the reference names. Nil until it is written.
    package internal(set) var first: UInt64?
    /// Index of the last leaf so far.
    package internal(set) var last: UInt64?
    package internal(set) var isEnded = false
    /// Bytes recorded so far, for the record that ends it.
    package internal(set) var returnedBytes: UInt64 = 0
    package internal(set) var shownBytes: UInt64 = 0
    let content: BlockKey
    let decision: BlockKey

    init(content: BlockKey, decision: BlockKey) {
        self.content = content
        self.decision = decision
    }

    func advance(over indices: Range<UInt64>) {
        if first == nil { first = indices.lowerBound }
        last = indices.upperBound - 1
    }
}
