internal import Bytes
internal import Crypto
package import MerkleLog

/// Finds the end of a log after a stop of any kind. Reads only; docs/formats/ledger.md, "Recovery", has the steps.
///
/// Time: what was written since the tiles were settled last, from the beginning of its segment on; the whole log when
/// its tiles cannot be used. At most 255 tiles a level are read. Memory: one window and the right edge of the tree.
package struct LogRecovery<Folder: LogFolder>: ~Copyable {
    private let folder: Folder
    private let identity: LogIdentity
    private let key: VerifierKey
    private let geometry: SegmentGeometry
    private let emit: (LedgerEffect) throws(LedgerError) -> Void
    private let hasher = MerkleHasher()

    /// - Parameters:
    ///   - key: the log's own, whose signature makes a checkpoint a promise.
    ///   - geometry: for the segments that are written from now on.
    ///   - emit: performs the writing of full tiles and bundles that are made anew, and the removal of partial ones.
    package init(
        folder: Folder, identity: LogIdentity, key: VerifierKey, geometry: SegmentGeometry,
        emit: @escaping (LedgerEffect) throws(LedgerError) -> Void
    ) {
        self.folder = folder
        self.identity = identity
        self.key = key
        self.geometry = geometry
        self.emit = emit
    }

    package consuming func run() throws(LedgerError) -> RecoveredLog {
        let promise = try promisedCheckpoint()
        let size = promise.checkpoint?.size ?? 0
        let segments = try folder.segmentNumbers()
        for (position, number) in segments.enumerated() where number != UInt64(position) {
            throw .damaged(path: LogPath.segment(UInt64(position)), offset: 0, problem: "the segment is missing")
        }
        var walk = Walk()
        var settled = try settledLeaves(atMost: size)
        if let checkpoint = promise.checkpoint, let restored = try restore(at: settled, segments),
            restored.tree.size < size || restored.tree.root(hasher) == checkpoint.root
        {
            walk = try scan(restored, segments, until: checkpoint, isWhole: false) ?? Walk()
        }
        let wasRebuilt = !walk.isDone
        if wasRebuilt {
            settled = 0
            if let whole = try scan(Walk(), segments, until: promise.checkpoint, isWhole: true) { walk = whole }
        }
        try removePartials(from: settled, through: walk.tree.size)
        let recovered = try finish(walk, promise, segments, settled: settled, wasRebuilt: wasRebuilt && size > 0)
        guard walk.index >= size else { throw .recordsLost(held: walk.index, promised: size) }
        return recovered
    }

    /// The state of reading frame after frame.
    private struct Walk {
        var tree = TreeBuilder()
        var bundle: [UInt8] = []
        /// Of the next frame.
        var index: UInt64 = 0
        var cursor = SegmentGeometry.Cursor(segment: 0, offset: SegmentHeader.length)
        /// Nil: taken from the first frame, when reading begins in the middle.
        var previous: Digest? = .zero
        /// The write that brought the last frame: its first index, and where it begins in its segment.
        var batch: (start: UInt64, cursor: SegmentGeometry.Cursor)?
        var isDone = false
    }
}

// MARK: - What is derived

extension LogRecovery {
    /// Leaves whose full tiles and bundles are durable; those of later ones are made again, from the frames.
    private func settledLeaves(atMost size: UInt64) throws(LedgerError) -> UInt64 {
        let bytes = try folder.contents(LogPath.settled, limit: 32) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.last == "\n", let leaves = UInt64(text.dropLast()), leaves % UInt64(Tile.fullWidth) == 0 else {
            return 0
        }
        return min(leaves, size - size % UInt64(Tile.fullWidth))
    }

    /// Partial tiles were not flushed, and a stop of the machine may have left anything under their names. The next
    /// checkpoint, which OPEN makes due, brings those that are needed.
    private func removePartials(from settled: UInt64, through size: UInt64) throws(LedgerError) {
        for level in 0..<8 {
            let leaves = UInt64(Tile.height * (level + 1))
            for index in settled >> leaves...max(settled, size) >> leaves {
                let tile = Tile(level: level, index: index)
                try emit(.removeFolder(path: tile.partialsPath))
                if level == 0 { try emit(.removeFolder(path: tile.partialEntriesPath)) }
            }
            if size >> leaves == 0 { return }
        }
    }
}

// MARK: - Checkpoints

extension LogRecovery {
    private struct Promise {
        var checkpoint: Checkpoint?
        var day = ""
        var dayLength: UInt64 = 0
        /// Writes the entry of the checkpoint again as it is.
        var entry: LedgerEffect?
        var repairs: [LedgerEffect] = []
    }

    /// The newest checkpoint that was published: what the disk must hold at least.
    private func promisedCheckpoint() throws(LedgerError) -> Promise {
        var promise = Promise()
        for day in try folder.names(in: LogPath.checkpoints).filter(PublishedCheckpoints.isDay).sorted().reversed() {
            let path = LogPath.checkpoints(day: day)
            let bytes = try folder.contents(path, limit: PublishedCheckpoints.maximumFileLength) ?? []
            let (checkpoint, entry) = lastCheckpoint(bytes)
            let length = entry.upperBound
            guard bytes.count - length <= PublishedCheckpoints.maximumEntryLength else {
                throw .damaged(
                    path: path, offset: UInt64(length), problem: "more than one entry is unreadable")
            }
            if length < bytes.count { promise.repairs.append(.truncate(path: path, length: UInt64(length))) }
            if promise.day.isEmpty {
                promise.day = day
                promise.dayLength = UInt64(length)
            }
            if let checkpoint {
                promise.checkpoint = checkpoint
                promise.entry = .append(path: path, at: UInt64(entry.lowerBound), bytes: Array(bytes[entry]))
                break
            }
        }
        let note = try folder.contents(LogPath.checkpoint, limit: SignedNote.maximumLength)
        let published = note.flatMap { try? PublishedCheckpoints.verified($0, by: key) }
        // Notes are flushed under `checkpoints/` before they are shown here. One that is not shown may stand in the
        // page cache alone, like the last batch of records.
        if let entry = promise.entry, case .append(_, _, let bytes) = entry, published != promise.checkpoint {
            promise.repairs.append(entry)
            let whole = PublishedCheckpoints.entry(in: bytes, at: 0)
            promise.repairs.append(.replace(path: LogPath.checkpoint, bytes: whole?.note ?? []))
        }
        if let published, published.size > promise.checkpoint?.size ?? 0 {
            throw .badCheckpoint(
                path: LogPath.checkpoints,
                problem: "the checkpoint of size \(published.size) was published and is missing")
        }
        return promise
    }

    /// The last whole entry that is signed, and where it stands.
    private func lastCheckpoint(_ bytes: [UInt8]) -> (Checkpoint?, Range<Int>) {
        var ends: [PublishedCheckpoints.Entry] = []
        var offset = 0
        while let entry = PublishedCheckpoints.entry(in: bytes, at: offset) {
            offset = entry.range.upperBound
            ends.append(entry)
            if ends.count > 2 { ends.removeFirst() }
        }
        // The last entry may be torn inside its note, where only the signature tells.
        while let entry = ends.popLast() {
            if let checkpoint = try? PublishedCheckpoints.verified(entry.note, by: key) {
                return (checkpoint, entry.range)
            }
        }
        return (nil, 0..<0)
    }
}

// MARK: - Frames

extension LogRecovery {
    /// The tree at a multiple of 256 from its tiles, and the place of a frame at or before it; nil when the tiles are
    /// not there.
    private func restore(at size: UInt64, _ segments: [UInt64]) throws(LedgerError) -> Walk? {
        var failure: LedgerError?
        let tree = TreeBuilder(restoring: size, hasher) { tile in
            do throws(LedgerError) {
                return try folder.contents(tile.path, limit: Tile.fullWidth * Digest.length)
            } catch {
                failure = error
                return nil
            }
        }
        guard failure == nil, let tree else { return nil }
        // The last segment that begins at or before that index.
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if let first = try firstIndex(ofSegment: segments[middle]), first <= size {
                low = middle
            } else {
                high = middle
            }
        }
        guard low < segments.count, let first = try firstIndex(ofSegment: segments[low]), first <= size else {
            return nil
        }
        var walk = Walk()
        walk.tree = tree
        walk.index = first
        walk.cursor.segment = segments[low]
        walk.previous = first == 0 ? .zero : nil
        return walk
    }

    private func firstIndex(ofSegment number: UInt64) throws(LedgerError) -> UInt64? {
        guard let header = try folder.header(ofSegment: number, logID: identity.id) else { return nil }
        var scanner = FrameScanner(folder: folder, logID: identity.id, header: header)
        guard case .frame(let frame) = try scanner.frame(at: SegmentHeader.length) else { return nil }
        return frame.leaf.index
    }

    /// Reads frames to the tail. Nil when the root at the checkpoint is another one and there is a better way to read
    /// (`isWhole` false).
    private func scan(
        _ start: Walk, _ segments: [UInt64], until promise: Checkpoint?, isWhole: Bool
    ) throws(LedgerError) -> Walk? {
        var walk = start
        guard let first = try folder.header(ofSegment: walk.cursor.segment, logID: identity.id) else {
            walk.isDone = true
            return walk
        }
        var scanner = FrameScanner(folder: folder, logID: identity.id, header: first)
        while true {
            guard let frame = try next(&walk, &scanner, segments) else { break }
            let bytes = scanner.bytes(at: walk.cursor.offset, count: frame.length)
            let leaf = UnsafeRawBufferPointer(rebasing: bytes[frame.leafRange])
            let hash = hasher.leaf(leaf)
            walk.previous = hash
            if walk.batch?.start != frame.batchStart || walk.batch?.cursor.segment != walk.cursor.segment {
                walk.batch = (frame.batchStart, walk.cursor)
            }
            if walk.index == walk.tree.size {
                EntryBundle.append(leaf, to: &walk.bundle)
                walk.tree.append(hash, hasher)
                try emitFullTiles(&walk)
            }
            walk.index += 1
            walk.cursor.offset += frame.length
            if let promise, walk.tree.size == promise.size, walk.index == promise.size,
                walk.tree.root(hasher) != promise.root
            {
                guard isWhole else { return nil }
                throw .rootDiffers(size: promise.size)
            }
        }
        // Reading that began in the middle and broke off before the restored edge knows nothing of the tail.
        guard walk.index >= walk.tree.size else { return isWhole ? walk : nil }
        walk.isDone = true
        return walk
    }

    /// The frame at the cursor, or the first of the next segment when this one has ended. Nil at the tail.
    private func next(
        _ walk: inout Walk, _ scanner: inout FrameScanner<Folder>, _ segments: [UInt64]
    ) throws(LedgerError) -> Frame? {
        if case .frame(let frame) = try scanner.frame(at: walk.cursor.offset), continues(frame, walk) { return frame }
        let following = walk.cursor.segment + 1
        guard following < UInt64(segments.count),
            let header = try folder.header(ofSegment: following, logID: identity.id)
        else { return nil }
        let current = scanner.header
        scanner.move(to: header)
        if case .frame(let frame) = try scanner.frame(at: SegmentHeader.length), continues(frame, walk) {
            walk.cursor = SegmentGeometry.Cursor(segment: following, offset: SegmentHeader.length)
            return frame
        }
        scanner.move(to: current)
        return nil
    }

    private func continues(_ frame: Frame, _ walk: Walk) -> Bool {
        frame.leaf.index == walk.index && (walk.previous ?? frame.previousLeafHash) == frame.previousLeafHash
    }

    private func emitFullTiles(_ walk: inout Walk) throws(LedgerError) {
        guard walk.tree.size % UInt64(Tile.fullWidth) == 0 else { return }
        let entries = Tile(level: 0, index: walk.tree.size / UInt64(Tile.fullWidth) - 1)
        var files = [ReplacedFile(path: entries.entriesPath, bytes: walk.bundle)]
        walk.bundle = []
        for full in walk.tree.takeFullTiles() {
            files.append(ReplacedFile(path: full.tile.path, bytes: full.bytes))
        }
        try emit(.derive(files))
    }
}

// MARK: - The tail

extension LogRecovery {
    private func finish(
        _ walk: Walk, _ promise: Promise, _ segments: [UInt64], settled: UInt64, wasRebuilt: Bool
    ) throws(LedgerError) -> RecoveredLog {
        var repairs = promise.repairs
        var prepared: [UInt64: UInt64] = [:]
        var dropped: UInt64 = 0
        let digest = SHA256()
        for number in segments where number >= walk.cursor.segment {
            let from = number == walk.cursor.segment ? walk.cursor.offset : SegmentHeader.length
            guard let header = try folder.header(ofSegment: number, logID: identity.id) else {
                try checkUnused(number)
                continue
            }
            var scanner = FrameScanner(folder: folder, logID: identity.id, header: header)
            if let proof = try scanner.frame(provingDurable: walk.index, from: from) {
                throw .damaged(
                    path: LogPath.segment(number), offset: UInt64(proof),
                    problem: "this frame shows that record \(walk.index), which cannot be read, was acknowledged")
            }
            if let last = try scanner.lastWritten(from: from) {
                try scanner.digest(from..<last + 1, into: digest)
                dropped += UInt64(last + 1 - from)
                repairs.append(
                    .clear(path: LogPath.segment(number), from: UInt64(from), count: UInt64(last + 1 - from)))
            }
            guard try isWhole(header) else { continue }
            prepared[number] = header.salt
            // Nothing shows that a segment without a frame was ever flushed.
            if from == SegmentHeader.length {
                repairs.append(.append(path: LogPath.segment(number), at: 0, bytes: header.bytes))
            }
        }
        if walk.index > promise.checkpoint?.size ?? 0, let again = try lastBatch(walk) { repairs.append(again) }
        var cursor = walk.cursor
        if !segments.isEmpty, prepared[cursor.segment] == nil, walk.index > 0 {
            // Not as it is made now: it stays as it is, and the next one is used.
            cursor = SegmentGeometry.Cursor(segment: cursor.segment + 1, offset: SegmentHeader.length)
        }
        return RecoveredLog(
            isNew: walk.index == 0 && promise.checkpoint == nil,
            start: LogStart(
                nextIndex: walk.index, previousLeafHash: walk.previous ?? .zero,
                nextKeyFile: try folder.highestKeyFile() + 1, cursor: cursor, prepared: prepared),
            publishing: PublishStart(
                tree: walk.tree, bundle: walk.bundle, published: promise.checkpoint, day: promise.day,
                dayLength: promise.dayLength, settled: settled),
            repairs: repairs, droppedBytes: dropped, droppedDigest: digest.finish(), wasRebuilt: wasRebuilt)
    }

    /// Writes the last batch again as it is. It may stand in the page cache alone: its process ended before the flush,
    /// or the flush failed and left the pages clean, so that no later flush would write them. All before it was flushed
    /// when it was written.
    private func lastBatch(_ walk: Walk) throws(LedgerError) -> LedgerEffect? {
        guard let batch = walk.batch, batch.cursor.segment == walk.cursor.segment else { return nil }
        let path = LogPath.segment(batch.cursor.segment)
        let start = UInt64(batch.cursor.offset)
        guard let bytes = try folder.read(path, at: start, count: walk.cursor.offset - batch.cursor.offset) else {
            return nil
        }
        return .write(path: path, at: start, bytes: bytes)
    }

    /// Whether the segment is as it is made now, to its last byte. Its header may be there without its zeros, when
    /// the node stopped while making it.
    private func isWhole(_ header: SegmentHeader) throws(LedgerError) -> Bool {
        guard header.size == UInt64(geometry.size) else { return false }
        return try folder.read(LogPath.segment(header.number), at: header.size - 1, count: 1)?.count == 1
    }

    /// A segment without a header was being made when the node stopped: nothing but zeros may follow.
    private func checkUnused(_ number: UInt64) throws(LedgerError) {
        let header = SegmentHeader(
            number: number, salt: 0, logID: identity.id, size: UInt64(SegmentGeometry.maximumSize))
        var scanner = FrameScanner(folder: folder, logID: identity.id, header: header)
        guard try scanner.lastWritten(from: SegmentHeader.length) == nil else {
            throw .damaged(path: LogPath.segment(number), offset: 0, problem: "the segment's header is damaged")
        }
    }
}
