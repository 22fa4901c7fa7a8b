internal import Bytes
internal import CBOR
internal import Crypto

/// Reads a log with its keys, for explaining, exporting and testing. Reads the folder as it is; a log that is being
/// written may be read at the same time, up to what is durable.
///
/// The way to a record is the segment that holds it (found by halving) and the frames before it in that segment, whose
/// offsets are kept.
package final class LedgerReader<Folder: LogFolder> {
    package let folder: Folder
    package let identity: LogIdentity
    private let keys: KeyRing<Folder>
    private let opener = Opener()
    /// Offsets of the frames of segments that were read, and the index of the first.
    private var maps: [UInt64: SegmentMap] = [:]

    private final class Opener {
        let frames = FrameOpener()
    }

    private struct SegmentMap {
        var first: UInt64
        var offsets: [UInt32]
        var end: UInt64 { first + UInt64(offsets.count) }
    }

    package init(folder: Folder, identity: LogIdentity, masters: [MasterKey]) {
        self.folder = folder
        self.identity = identity
        keys = KeyRing(folder: folder, masters: masters)
    }

    /// The record that begins at an index.
    package func record(at index: UInt64) throws(LedgerError) -> LedgerRecord {
        var found: LedgerRecord?
        try records(from: index) { record throws(LedgerError) in
            found = record
            return false
        }
        guard let found, found.index == index else { throw .noSuchRecord(index: index) }
        return found
    }

    /// Calls `body` with each record from an index on until it returns false. Records that were never written whole are
    /// left out. `wanted` says, by the leaf, which to open.
    package func records(
        from index: UInt64 = 0, where wanted: (Leaf) -> Bool = { _ in true },
        _ body: (LedgerRecord) throws(LedgerError) -> Bool
    ) throws(LedgerError) {
        var open: (leaf: Leaf, plaintext: [UInt8])?
        try frames(from: index) { frame, bytes throws(LedgerError) in
            let leaf = frame.leaf
            if let begun = open, !leaf.continues(begun.leaf) { open = nil }
            if leaf.part > 0, open == nil { return true }
            guard wanted(leaf) else { return true }
            let plaintext = try opener.frames.open(frame, bytes, key: try keys.key(leaf.keyID))
            let first = open?.leaf ?? leaf
            let whole = (open?.plaintext ?? []) + plaintext
            guard !leaf.flags.contains(.more) else {
                open = (first, whole)
                return true
            }
            open = nil
            return try body(LedgerRecord(leaf: first, end: leaf.index + 1, plaintext: whole))
        }
    }

    /// Calls `body` with each frame from an index on until it returns false. The bytes are the whole frame.
    package func frames(
        from index: UInt64 = 0, _ body: (Frame, UnsafeRawBufferPointer) throws(LedgerError) -> Bool
    ) throws(LedgerError) {
        let segments = try folder.segmentNumbers()
        guard var position = try segment(holding: index, segments) else { return }
        var expected: UInt64?
        while position < segments.count {
            guard let header = try folder.header(ofSegment: segments[position], logID: identity.id) else { return }
            var scanner = FrameScanner(folder: folder, logID: identity.id, header: header)
            var offset = SegmentHeader.length
            if expected == nil { offset = try self.offset(of: index, &scanner) ?? offset }
            while case .frame(let frame) = try scanner.frame(at: offset),
                frame.leaf.index == expected ?? frame.leaf.index
            {
                expected = frame.leaf.index + 1
                let bytes = scanner.bytes(at: offset, count: frame.length)
                offset += frame.length
                guard frame.leaf.index >= index else { continue }
                guard try body(frame, bytes) else { return }
            }
            position += 1
        }
    }

    /// Position of the last segment that begins at or before an index; nil when there is none.
    private func segment(holding index: UInt64, _ segments: [UInt64]) throws(LedgerError) -> Int? {
        var low = 0
        var high = segments.count
        guard high > 0 else { return nil }
        while high - low > 1 {
            let middle = (low + high) / 2
            if let first = try first(ofSegment: segments[middle]), first <= index {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    private func first(ofSegment number: UInt64) throws(LedgerError) -> UInt64? {
        if let map = maps[number] { return map.first }
        guard let header = try folder.header(ofSegment: number, logID: identity.id) else { return nil }
        var scanner = FrameScanner(folder: folder, logID: identity.id, header: header)
        guard case .frame(let frame) = try scanner.frame(at: SegmentHeader.length) else { return nil }
        maps[number] = SegmentMap(first: frame.leaf.index, offsets: [UInt32(SegmentHeader.length)])
        return frame.leaf.index
    }

    /// Offset of a frame in the scanner's segment, or of the first one when the index is not in it.
    private func offset(of index: UInt64, _ scanner: inout FrameScanner<Folder>) throws(LedgerError) -> Int? {
        let number = scanner.header.number
        guard try first(ofSegment: number) != nil, var map = maps[number], index >= map.first else { return nil }
        while map.end <= index, let last = map.offsets.last {
            guard case .frame(let frame) = try scanner.frame(at: Int(last)) else { break }
            let next = Int(last) + frame.length
            guard case .frame(let following) = try scanner.frame(at: next), following.leaf.index == map.end else {
                break
            }
            map.offsets.append(UInt32(next))
        }
        maps[number] = map
        return index < map.end ? Int(map.offsets[Int(index - map.first)]) : nil
    }
}

extension Leaf {
    /// Whether this is the part after the last one of the record that began with `begun`.
    func continues(_ begun: Leaf) -> Bool {
        part > 0 && UInt64(part) == index - begun.index && type == begun.type && keyID == begun.keyID
            && (first == begun.first)
    }
}
