/// How far a log goes on disk: its records up to a number, or up to its tail.
package struct LogExtent: Equatable, Sendable {
    /// Records, which are those below this index.
    package var count: UInt64
    /// Where the last of them stands, and where it ends in that segment's file.
    package var segment: UInt64
    package var end: Int
    /// Size of that segment's file.
    package var size: UInt64

    /// Reads the last segment that matters; nil for a log without a whole segment.
    /// - Parameter limit: nil for all records that are there.
    package static func measure<Folder: LogFolder>(
        _ folder: Folder, logID: Opaque128, upTo limit: UInt64? = nil
    ) throws(LedgerError) -> LogExtent? {
        var extent: LogExtent?
        for number in try folder.segmentNumbers().reversed() {
            guard let header = try folder.header(ofSegment: number, logID: logID) else { continue }
            var scanner = FrameScanner(folder: folder, logID: logID, header: header)
            var offset = SegmentHeader.length
            extent = LogExtent(count: 0, segment: number, end: offset, size: header.size)
            while case .frame(let frame) = try scanner.frame(at: offset) {
                if let limit, frame.leaf.index >= limit { break }
                offset += frame.length
                extent = LogExtent(count: frame.leaf.index + 1, segment: number, end: offset, size: header.size)
            }
            // An empty one is kept ready; the records end in an earlier one.
            if offset > SegmentHeader.length { return extent }
        }
        return extent
    }
}

extension PublishedCheckpoints {
    /// LIMIT: bytes of one day's file that `newest` reads.
    package static let maximumDay = maximumFileLength

    package static func isDayName(_ name: String) -> Bool { isDay(name) }

    /// All whole entries of a day's file, in order; what stands behind the last one was never published.
    package static func entries(in bytes: [UInt8]) -> [Entry] {
        var entries: [Entry] = []
        var offset = 0
        while offset < bytes.count, let entry = entry(in: bytes, at: offset) {
            entries.append(entry)
            offset = entry.range.upperBound
        }
        return entries
    }
}

extension LogPathNames {
    package static var segments: String { LogPath.segments }
    package static var checkpoints: String { LogPath.checkpoints }
    package static var checkpoint: String { LogPath.checkpoint }
    package static func segment(_ number: UInt64) -> String { LogPath.segment(number) }
    package static func segmentNumber(_ name: String) -> UInt64? { LogPath.segmentNumber(ofName: name) }
}

/// Names of a log's files, for whoever copies them.
package enum LogPathNames {}
