internal import MerkleLog

/// The published checkpoints of a log in order, one at a time, so that a year of them needs no memory.
struct CheckpointCursor<Folder: LogFolder> {
    struct Position: Equatable {
        var path: String
        var offset: UInt64
    }

    enum Step {
        case note([UInt8], Position)
        /// Bytes that are no entry; nothing further is read from this file.
        case unreadable(Position, count: Int, isNewest: Bool)
        case end
    }

    private let folder: Folder
    private var days: [String]
    /// Read first, so that a log which is being written is judged by what was published before its frames are read.
    private let newest: [UInt8]
    private var bytes: [UInt8] = []
    private var path = ""
    private var offset = 0

    init(folder: Folder) throws(LedgerError) {
        self.folder = folder
        days = try folder.names(in: LogPath.checkpoints).filter(PublishedCheckpoints.isDay).sorted()
        if let last = days.last {
            newest = try CheckpointCursor.read(last, folder)
        } else {
            newest = []
        }
        days.reverse()
    }

    private static func read(_ day: String, _ folder: Folder) throws(LedgerError) -> [UInt8] {
        try folder.contents(LogPath.checkpoints(day: day), limit: PublishedCheckpoints.maximumFileLength) ?? []
    }

    mutating func next() throws(LedgerError) -> Step {
        while offset == bytes.count {
            guard let day = days.popLast() else { return .end }
            path = LogPath.checkpoints(day: day)
            bytes = days.isEmpty ? newest : try CheckpointCursor.read(day, folder)
            offset = 0
        }
        let position = Position(path: path, offset: UInt64(offset))
        guard let entry = PublishedCheckpoints.entry(in: bytes, at: offset) else {
            let count = bytes.count - offset
            offset = bytes.count
            return .unreadable(position, count: count, isNewest: days.isEmpty)
        }
        offset = entry.range.upperBound
        return .note(entry.note, position)
    }
}
