internal import Bytes
internal import CBOR

extension Splice {
    func write(to writer: inout CBORWriter) {
        writer.array(count: 3)
        writer.unsigned(UInt64(offset))
        writer.unsigned(UInt64(removedCount))
        writer.bytes(inserted)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        guard let parts = item.asArray, parts.count == 3, let offset = parts[0].asUnsigned.flatMap(Int.init(exactly:)),
            let removed = parts[1].asUnsigned.flatMap(Int.init(exactly:)), let inserted = parts[2].asBytes
        else { throw RecordProblem(key: "splices", expected: "an array of [offset, removed, inserted]") }
        self.init(offset: offset, removedCount: removed, inserted: inserted)
    }

    /// Whether the splices rise, do not overlap and stay within a base of this length.
    static func areInOrder(_ splices: [Splice], length: Int) -> Bool {
        var position = 0
        for splice in splices {
            let (end, overflow) = splice.offset.addingReportingOverflow(splice.removedCount)
            guard splice.offset >= position, splice.removedCount >= 0, !overflow, end <= length else { return false }
            position = end
        }
        return true
    }
}
