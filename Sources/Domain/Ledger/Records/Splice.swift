internal import CBOR

/// One change to a base: `removed` bytes from `offset` on give way to `inserted`.
package struct Splice: Equatable, Sendable {
    package var offset: Int
    package var removed: Int
    package var inserted: [UInt8]

    package init(offset: Int, removed: Int, inserted: [UInt8]) {
        self.offset = offset
        self.removed = removed
        self.inserted = inserted
    }

    var item: CBOR { .array([.unsigned(UInt64(offset)), .unsigned(UInt64(removed)), .bytes(inserted)]) }

    init(_ item: CBOR) throws(RecordProblem) {
        guard let parts = item.asArray, parts.count == 3, let offset = parts[0].asUnsigned.flatMap(Int.init(exactly:)),
            let removed = parts[1].asUnsigned.flatMap(Int.init(exactly:)), let inserted = parts[2].asBytes
        else { throw RecordProblem(key: "splices", expected: "an array of [offset, removed, inserted]") }
        self.init(offset: offset, removed: removed, inserted: inserted)
    }

    /// Whether the splices rise, do not overlap and stay within a base of this length.
    static func areInOrder(_ splices: [Splice], length: Int) -> Bool {
        var position = 0
        for splice in splices {
            let (end, overflow) = splice.offset.addingReportingOverflow(splice.removed)
            guard splice.offset >= position, splice.removed >= 0, !overflow, end <= length else { return false }
            position = end
        }
        return true
    }
}
