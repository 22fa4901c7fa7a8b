/// One change to a byte string: at `offset` of the original, `removedCount` bytes give way to `inserted`.
package struct Splice: Equatable, Sendable {
    package var offset: Int
    package var removedCount: Int
    package var inserted: [UInt8]

    package init(offset: Int, removedCount: Int, inserted: [UInt8]) {
        self.offset = offset
        self.removedCount = removedCount
        self.inserted = inserted
    }

    package var end: Int { offset + removedCount }
}

extension [UInt8] {
    /// The bytes with all `splices` made.
    /// - Precondition: the splices are sorted, do not overlap and lie inside.
    package func applying(_ splices: [Splice]) -> [UInt8] {
        var result: [UInt8] = []
        let grown = splices.reduce(count) { $0 + $1.inserted.count - $1.removedCount }
        result.reserveCapacity(grown + Splice.roomBehind)
        var position = 0
        for splice in splices {
            precondition(splice.offset >= position && splice.removedCount >= 0 && splice.end <= count)
            result.append(contentsOf: self[position..<splice.offset])
            result.append(contentsOf: splice.inserted)
            position = splice.end
        }
        result.append(contentsOf: self[position...])
        return result
    }
}

extension Splice {
    /// Room left behind the result, so that the JSON scan can read it without a copy.
    fileprivate static let roomBehind = 64
}
