internal import Bytes
internal import Crypto
package import MerkleLog

/// Checks a log from its folder alone: without content keys, without the node, without trust in the program that
/// wrote it. docs/formats/ledger.md, "What a verifier checks", is the list.
///
/// One pass over the segments. Memory: one window, the right edge of the tree, a bit for each key slot.
package struct LogVerifier<Folder: LogFolder>: ~Copyable {
    let folder: Folder
    var report = VerificationReport()
    var origin = ""
    var logID = Opaque128.zero
    var verifierKey: VerifierKey?
    let hasher = MerkleHasher()
    let opener = FrameOpener()
    var tree = TreeBuilder()
    var bundle: [UInt8] = []
    private var previous = Digest.zero
    private var batchStart: UInt64 = 0
    private var isClosed = false
    private var keys: KeyPresence<Folder>
    private var checkpoints: CheckpointCursor<Folder>
    /// The next published checkpoint that the frames have not reached.
    private var awaited: (checkpoint: Checkpoint, position: CheckpointCursor<Folder>.Position)?
    private var lastChecked: Checkpoint?
    private var currentNote: [UInt8]?
    private var isCurrentPublished = false

    /// - Parameter anchors: keys that came by another way than the folder; empty if there are none.
    package static func verify(_ folder: Folder, anchors: [VerifierKey]) -> VerificationReport {
        do throws(LedgerError) {
            var verifier = try LogVerifier(folder: folder)
            return verifier.run(anchors)
        } catch {
            var report = VerificationReport()
            report.report("", error.description)
            return report
        }
    }

    private init(folder: Folder) throws(LedgerError) {
        self.folder = folder
        // Before the frames are read: what is published now must be covered by what is read then.
        currentNote = try folder.contents(LogPath.checkpoint, limit: SignedNote.maximumLength)
        checkpoints = try CheckpointCursor(folder: folder)
        keys = KeyPresence(folder: folder, logID: .zero)
    }

    private mutating func run(_ anchors: [VerifierKey]) -> VerificationReport {
        do throws(LedgerError) {
            guard try checkKeys(anchors) else { return report }
            keys = KeyPresence(folder: folder, logID: logID)
            try advance()
            try checkSegments()
            try checkRest()
            try checkEdge()
            try checkKeyFiles()
        } catch {
            report.report("", error.description)
        }
        report.size = tree.size
        report.root = tree.root(hasher)
        if tree.size > report.signedSize, report.problems.isEmpty {
            report.notes.append(
                "\(tree.size - report.signedSize) records at the end are not covered by a checkpoint yet")
        }
        return report
    }

    // MARK: - Keys

    private mutating func checkKeys(_ anchors: [VerifierKey]) throws(LedgerError) -> Bool {
        guard let bytes = try folder.contents(LogKeyFile.publicPath, limit: 4096),
            let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n"),
            let own = try? VerifierKey(text.dropLast()), LogIdentity.isOrigin(own.name)
        else {
            report.report(LogKeyFile.publicPath, "the log's public key is missing or damaged")
            return false
        }
        origin = own.name
        logID = LogIdentity.id(ofOrigin: origin)
        report.origin = origin
        verifierKey = own
        if !anchors.isEmpty {
            guard let anchor = anchors.first(where: { $0.name == own.name }) else {
                report.report(LogKeyFile.publicPath, "no key was given for the log \(origin)")
                return true
            }
            report.isAnchored = true
            verifierKey = anchor
            if anchor != own { report.report(LogKeyFile.publicPath, "this is not the key that was given for the log") }
        }
        if let file = try folder.contents(LogKeyFile.path, limit: 4096) {
            do throws(LedgerError) {
                _ = try LogKeyFile.check(file, origin: origin)
            } catch {
                report.report(LogKeyFile.path, error.description)
            }
        }
        return true
    }

    private mutating func checkKeyFiles() throws(LedgerError) {
        for name in try folder.names(in: KeyFile.folder).sorted() {
            guard let number = KeyFile.number(ofName: name) else { continue }
            report.keyFiles += 1
            guard let slots = try keys.load(number) else {
                report.notes.append("\(KeyFile.path(number)): the header is damaged; no record names a key in it")
                continue
            }
            let damaged = slots.count { !$0 }
            guard damaged > 0 else { continue }
            report.notes.append("\(KeyFile.path(number)): \(damaged) damaged entries that no record names")
        }
    }

    // MARK: - Checkpoints

    /// Compares the awaited checkpoint when the tree has its size, and goes on to the first one of a larger size.
    private mutating func advance() throws(LedgerError) {
        while true {
            if let (checkpoint, position) = awaited {
                guard checkpoint.size == tree.size else { return }
                compare(checkpoint, position)
                awaited = nil
            }
            switch try checkpoints.next() {
            case .end: return
            case .unreadable(let position, let count, let isNewest):
                if isNewest, count <= PublishedCheckpoints.maximumEntryLength {
                    report.notes.append("\(position.path): an unfinished entry of \(count) bytes at the end")
                } else {
                    report.report(position.path, at: position.offset, "\(count) bytes are no checkpoint")
                }
            case .note(let note, let position): take(note, position)
            }
        }
    }

    private mutating func compare(_ checkpoint: Checkpoint, _ position: CheckpointCursor<Folder>.Position) {
        if tree.root(hasher) == checkpoint.root {
            report.signedSize = checkpoint.size
        } else {
            report.report(
                position.path, at: position.offset,
                "the records up to \(checkpoint.size) are not those that were signed for")
        }
    }

    private mutating func take(_ note: [UInt8], _ position: CheckpointCursor<Folder>.Position) {
        guard let verifierKey else { return }
        let checkpoint: Checkpoint
        do throws(MerkleLogError) {
            checkpoint = try PublishedCheckpoints.verified(note, by: verifierKey)
        } catch {
            report.report(position.path, at: position.offset, error.description)
            return
        }
        if note == currentNote { isCurrentPublished = true }
        report.checkpoints += 1
        if let last = lastChecked {
            if checkpoint.size < last.size {
                report.report(
                    position.path, at: position.offset, "the size falls from \(last.size) to \(checkpoint.size)")
                return
            }
            if checkpoint.size == last.size, checkpoint.root != last.root {
                report.report(
                    position.path, at: position.offset, "two roots were signed for the size \(checkpoint.size)")
            }
        }
        lastChecked = checkpoint
        awaited = (checkpoint, position)
    }

    private mutating func checkRest() throws(LedgerError) {
        var uncovered = 0
        while let (checkpoint, position) = awaited {
            if uncovered == 0 {
                report.report(
                    position.path, at: position.offset,
                    "\(checkpoint.size) records were signed for, \(tree.size) are here in order")
            }
            uncovered += 1
            awaited = nil
            try advance()
        }
        guard let currentNote, let verifierKey else { return }
        if (try? PublishedCheckpoints.verified(currentNote, by: verifierKey)) == nil {
            report.report(LogPath.checkpoint, "this is not a checkpoint that the log's key has signed")
        } else if !isCurrentPublished {
            report.report(LogPath.checkpoint, "this checkpoint is not among the published ones")
        }
    }
}

// MARK: - Segments

extension LogVerifier {
    private mutating func checkSegments() throws(LedgerError) {
        let numbers = try folder.segmentNumbers()
        report.segments = numbers.count
        var hasEnded = false
        for (position, number) in numbers.enumerated() {
            guard number == UInt64(position) else {
                report.report(LogPath.segment(UInt64(position)), "the segment is missing")
                return
            }
            let path = LogPath.segment(number)
            guard let header = try folder.header(ofSegment: number, logID: logID) else {
                try checkUnfinished(path)
                hasEnded = true
                continue
            }
            var scanner = FrameScanner(folder: folder, logID: logID, header: header)
            if try folder.read(path, at: header.size, count: 1)?.isEmpty == false {
                report.report(path, at: header.size, "bytes follow the end of the segment")
            }
            guard try checkSegment(&scanner, path, hasEnded: &hasEnded) else { return }
        }
    }

    /// False when what follows cannot be judged.
    private mutating func checkSegment(
        _ scanner: inout FrameScanner<Folder>, _ path: String, hasEnded: inout Bool
    ) throws(LedgerError) -> Bool {
        var offset = SegmentHeader.length
        while true {
            switch try scanner.frame(at: offset) {
            case .frame(let frame):
                guard try checkFrame(frame, scanner.bytes(at: offset, count: frame.length), path, offset) else {
                    return false
                }
                if hasEnded {
                    report.report(path, at: UInt64(offset), "records follow an unfinished segment")
                    hasEnded = false
                }
                offset += frame.length
            case .problem(let problem):
                return try checkTail(&scanner, path, offset, problem, hasEnded: &hasEnded)
            }
        }
    }

    /// What follows the last good frame of a segment must be zeros; or, at the end of the log, a write that was never
    /// finished.
    private mutating func checkTail(
        _ scanner: inout FrameScanner<Folder>, _ path: String, _ offset: Int, _ problem: FrameProblem,
        hasEnded: inout Bool
    ) throws(LedgerError) -> Bool {
        guard let last = try scanner.lastWritten(from: offset) else {
            // A segment without a frame is one that is kept ready.
            if offset == SegmentHeader.length { hasEnded = true }
            let isShort = try folder.read(path, at: scanner.header.size - 1, count: 1)?.count != 1
            if isShort {
                report.notes.append("\(path): shorter than its header says; it was being made")
                hasEnded = true
            }
            return true
        }
        if let proof = try scanner.frame(provingDurable: tree.size, from: offset) {
            report.report(
                path, at: UInt64(offset),
                "\(problem); the frame at byte \(proof) shows that record \(tree.size) was acknowledged")
            return false
        }
        let following = scanner.header.number + 1
        let isLast = try firstFrame(ofSegment: following) == nil
        guard isLast, !isClosed else {
            report.report(path, at: UInt64(offset), "\(problem), where zeros must follow the last record")
            return isLast
        }
        report.notes.append("\(path): \(last + 1 - offset) bytes of an unfinished write at byte \(offset): \(problem)")
        hasEnded = true
        return true
    }

    private func firstFrame(ofSegment number: UInt64) throws(LedgerError) -> Frame? {
        guard let header = try folder.header(ofSegment: number, logID: logID) else { return nil }
        var scanner = FrameScanner(folder: folder, logID: logID, header: header)
        guard case .frame(let frame) = try scanner.frame(at: SegmentHeader.length) else { return nil }
        return frame
    }

    /// A segment without a header was being made: there is nothing in it.
    private mutating func checkUnfinished(_ path: String) throws(LedgerError) {
        let header = SegmentHeader(number: 0, salt: 0, logID: logID, size: UInt64(SegmentGeometry.maximumSize))
        var offset: UInt64 = 0
        while let bytes = try folder.read(path, at: offset, count: 1 << 20), !bytes.isEmpty, offset < header.size {
            guard bytes.allSatisfy({ $0 == 0 }) else {
                report.report(path, "the segment's header is damaged")
                return
            }
            offset += UInt64(bytes.count)
        }
        report.notes.append("\(path): without a header; it was being made")
    }

    /// False when what follows cannot be judged.
    private mutating func checkFrame(
        _ frame: Frame, _ bytes: UnsafeRawBufferPointer, _ path: String, _ offset: Int
    ) throws(LedgerError) -> Bool {
        let leaf = frame.leaf
        guard leaf.index == tree.size else {
            report.report(path, at: UInt64(offset), "record \(leaf.index) stands where \(tree.size) must")
            return false
        }
        guard frame.previousLeafHash == previous else {
            report.report(path, at: UInt64(offset), "record \(leaf.index) does not follow the one before it")
            return false
        }
        if frame.batchStart < batchStart {
            report.report(path, at: UInt64(offset), "the batch start of record \(leaf.index) falls")
        }
        batchStart = frame.batchStart
        checkLeaf(leaf, path, offset)
        if leaf.suite == Leaf.suite {
            if !opener.isWhole(frame, bytes) {
                report.report(path, at: UInt64(offset), "the sealed body of record \(leaf.index) was altered")
            }
        } else {
            report.notes.append("record \(leaf.index): suite \(leaf.suite) is not known; its body is not checked")
        }
        if try !isKeyThere(leaf.keyID) {
            report.report(
                path, at: UInt64(offset), "the key \(leaf.keyID) of record \(leaf.index) is missing or damaged")
        }
        let leafBytes = UnsafeRawBufferPointer(rebasing: bytes[frame.leafRange])
        previous = hasher.leaf(leafBytes)
        EntryBundle.append(leafBytes, to: &bundle)
        tree.append(previous, hasher)
        report.framesByType[leaf.type, default: 0] += 1
        report.bytes += UInt64(frame.length)
        isClosed = leaf.type == .close
        try checkFullTiles()
        if awaited?.checkpoint.size == tree.size { try advance() }
        return true
    }

    /// A key that is not there yet may have been written since its file was read.
    private mutating func isKeyThere(_ id: UInt64) throws(LedgerError) -> Bool {
        if try keys.contains(id) { return true }
        keys.forget()
        return try keys.contains(id)
    }

    private mutating func checkLeaf(_ leaf: Leaf, _ path: String, _ offset: Int) {
        let isFirst = leaf.first == leaf.index
        let isLinked = isFirst && leaf.part == 0 ? leaf.previous == Leaf.noIndex : leaf.previous < leaf.index
        let standsAlone = leaf.compartment == Compartment.administration.rawValue
        guard leaf.first <= leaf.index, isLinked, leaf.flags.contains(.sealed),
            !standsAlone || leaf.first == leaf.index - UInt64(leaf.part)
        else {
            report.report(path, at: UInt64(offset), "the links of record \(leaf.index) contradict each other")
            return
        }
    }
}
