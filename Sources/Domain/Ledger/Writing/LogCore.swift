internal import Bytes
internal import CBOR
internal import Crypto
internal import Vocabulary

/// The single writer of one log: a state machine without I/O, clock or threads. Records go in, writes come out; what a
/// completed write covers is durable, and only then may its bytes leave the machine.
///
/// Three lanes, each with at most one effect in flight, independent of each other:
///
///     records    stage ──nextWrite──▶ in flight ──completed──▶ durable          ──failed──▶ fenced for ever
///     keys       low ──nextKeyAppend──▶ in flight ──keyAppendCompleted──▶ ready
///     segments   wanted ──nextSegment──▶ in flight ──segmentPrepared──▶ prepared ──failed──▶ full, tried again
///
/// Batching is natural: what is staged while a write is in flight is the next write, up to the limits of `LogSettings`.
///
/// INVARIANT: indices are dense; a frame's batch start is the first index of its write; a record is staged only into
/// space that is prepared, whole or not at all.
///
/// Not for several threads: whoever owns it calls it from one.
package struct LogCore: ~Copyable {
    package let identity: LogIdentity
    let settings: LogSettings
    private let bootID: Opaque128
    private let random: @Sendable (Int) -> [UInt8]
    private var sealer: FrameSealer
    private var keys: KeyPool
    /// Records are written here before they are sealed; a decision beside the record that it belongs to.
    var scratch = CBORWriter()
    var decisionScratch = CBORWriter()

    /// Index of the next record.
    package private(set) var nextIndex: UInt64
    /// Every record below this index is durable.
    package private(set) var durableCount: UInt64
    package private(set) var isFenced = false
    package private(set) var isClosed = false

    private var previousLeafHash: Digest
    private var cursor: SegmentGeometry.Cursor
    private var open = Batch()
    private var waiting: [Batch] = []
    private var inFlight: Batch?
    private var spare: [Batch] = []
    package private(set) var stagedBytes = 0
    /// Of the last write: a segment takes thousands.
    private var writePath = (segment: UInt64(0), path: LogPath.segment(0))
    private var untakenHashes: [Digest] = []
    private var untakenLeaves: [UInt8] = []

    /// Salts of the prepared segments from `cursor.segment` on; the current one first, unless it is not prepared yet.
    private var prepared: [UInt64: UInt64]
    private var preparing: SegmentHeader?
    /// Segments that are full and durable, until they are taken.
    private var finished: [UInt64] = []
    /// The last preparation found no space.
    private var isFull = false
    /// So did the last append of keys.
    private var isFullForKeys = false
    /// A record was turned away that needs segments up to this one.
    private var wantedSegment: UInt64 = 0

    /// - Parameter start: a new log, or what recovery found. The caller has performed recovery's repairs.
    package init(
        identity: LogIdentity, settings: LogSettings, bootID: Opaque128, master: MasterKey, start: LogStart,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.identity = identity
        self.settings = settings
        self.bootID = bootID
        self.random = random
        sealer = FrameSealer(bootID: bootID)
        keys = KeyPool(
            logID: identity.id, master: master, retention: settings.retention, nextFile: start.nextKeyFile,
            settings: KeyPool.Settings(
                batch: settings.keysPerAppend, mostBatch: settings.mostKeysPerAppend, low: settings.keysLow),
            random: random)
        nextIndex = start.nextIndex
        durableCount = start.nextIndex
        previousLeafHash = start.previousLeafHash
        cursor = start.cursor
        prepared = start.prepared
    }
}

// MARK: - Records

extension LogCore {
    package enum Room: Equatable, Sendable {
        case ready
        /// The space is being prepared, or the disk is behind; ask again after the next completion.
        case later
        /// The disk refused to give more.
        case full
    }

    /// Whether records with bodies of these lengths can be staged now, as one group. Asks for what is missing.
    package mutating func room(for lengths: [Int], usingReserve: Bool = false) -> Room {
        let end = settings.segments.end(ofGroup: lengths, at: cursor, usingReserve: usingReserve)
        guard isPrepared(through: end.segment) else {
            wantedSegment = max(wantedSegment, end.segment)
            return isFull ? .full : .later
        }
        let isBehind = stagedBytes > settings.stagedBytes || untakenHashes.count > settings.untakenLeaves
        return isBehind && !usingReserve ? .later : .ready
    }

    /// Makes ready for records of these lengths, which should reach the disk in one write if they can: moves on to
    /// the next segment rather than tear them apart. Throws, and changes nothing, when they cannot be staged now.
    mutating func begin(_ lengths: [Int], usingReserve: Bool = false) throws(LedgerError) {
        guard !isFenced else { throw .fenced }
        guard !isClosed else { throw .closed }
        guard lengths.allSatisfy({ $0 <= settings.recordBytes }) else {
            throw .recordTooLong(limit: settings.recordBytes)
        }
        switch room(for: lengths, usingReserve: usingReserve) {
        case .ready: break
        case .later: throw .noRoom(full: false)
        case .full: throw .noRoom(full: true)
        }
        if !usingReserve { cursor = settings.segments.start(ofGroup: lengths, at: cursor) }
    }

    /// What all parts of a record share.
    struct Draft {
        var type: RecordType
        var flags: FrameFlags = []
        var compartment: Compartment
        var key: BlockKey
        /// Nil: the record begins an exchange or stands alone.
        var first: UInt64?
        var previous: UInt64?
        var lease: Lease
        var now: LedgerTime
    }

    /// Seals a record into the open batch. The caller has called `begin` with its length.
    /// - Returns: the indices of its parts.
    mutating func stage(_ body: UnsafeRawBufferPointer, _ draft: Draft) throws(LedgerError) -> Range<UInt64> {
        let firstPart = nextIndex
        var remaining = body
        var part: UInt32 = 0
        repeat {
            let placement = settings.segments.place(
                remaining.count, at: cursor, usingReserve: draft.type.mayUseReserve)
            let plaintext = UnsafeRawBufferPointer(rebasing: remaining[..<placement.plaintext])
            remaining = UnsafeRawBufferPointer(rebasing: remaining[placement.plaintext...])
            try seal(plaintext, draft, part: part, isLast: remaining.isEmpty, first: firstPart, at: placement)
            part += 1
        } while !remaining.isEmpty
        return firstPart..<nextIndex
    }

    mutating func stage(_ body: [UInt8], _ draft: Draft) throws(LedgerError) -> Range<UInt64> {
        try body.span.bytes.withUnsafeBytes { (bytes) throws(LedgerError) in try stage(bytes, draft) }
    }

    private mutating func seal(
        _ plaintext: UnsafeRawBufferPointer, _ draft: Draft, part: UInt32, isLast: Bool, first: UInt64,
        at placement: SegmentGeometry.Placement
    ) throws(LedgerError) {
        guard let salt = prepared[placement.cursor.segment] else {
            preconditionFailure("a record was staged into space that is not prepared")
        }
        let length = Frame.length(plaintext: plaintext.count)
        turnBatch(for: placement.cursor, length: length)
        var flags = draft.flags.union(.sealed)
        if !isLast { flags.formUnion(.more) }
        let leaf = Leaf(
            type: draft.type, flags: flags, retention: settings.retention, compartment: draft.compartment, part: part,
            plaintextLength: plaintext.count, index: nextIndex, now: draft.now, lease: draft.lease,
            first: draft.first ?? first,
            previous: part > 0 ? nextIndex - 1 : draft.previous ?? Leaf.noIndex, keyID: draft.key.id,
            logID: identity.id)
        do {
            previousLeafHash = try sealer.append(
                plaintext, leaf: leaf, key: draft.key, salt: salt, batchStart: open.firstIndex,
                previous: previousLeafHash, to: &open.storage.bytes, leaves: &open.leaves)
        } catch {
            // The library broke in the middle of a frame: nothing staged may reach the disk.
            isFenced = true
            throw .fenced
        }
        open.hashes.append(previousLeafHash)
        open.count += 1
        stagedBytes += length
        nextIndex += 1
        cursor = placement.end
    }

    /// Begins a new batch when the frame does not continue the open one or would make it too large.
    private mutating func turnBatch(for cursor: SegmentGeometry.Cursor, length: Int) {
        let continues = open.segment == cursor.segment && open.offset + open.length == cursor.offset
        let fits = open.count < settings.batchRecords && open.length + length <= settings.batchBytes
        guard open.isEmpty || !continues || !fits else { return }
        if !open.isEmpty {
            waiting.append(open)
            open = spare.popLast() ?? Batch()
        }
        open.storage.bytes.reserveCapacity(settings.batchBytes)
        open.segment = cursor.segment
        open.offset = cursor.offset
        open.firstIndex = nextIndex
    }

    /// A key for a record that stands alone.
    mutating func takeKey(_ compartment: Compartment, at now: LedgerTime) throws(LedgerError) -> BlockKey {
        guard !isFenced else { throw .fenced }
        guard let key = keys.take(compartment, at: now.wall) else { throw .noKey(compartment: compartment) }
        return key
    }

    mutating func markClosed() { isClosed = true }
}

// MARK: - The lane of records

extension LogCore {
    package var isWriting: Bool { inFlight != nil }
    /// Whether there is something for a write beside the one in flight.
    package var isWriteWanted: Bool { !waiting.isEmpty || !open.isEmpty }

    /// The next write, unless one is in flight or nothing is staged.
    package mutating func nextWrite() -> SegmentWrite? {
        guard !isFenced, inFlight == nil else { return nil }
        let batch: Batch
        if !waiting.isEmpty {
            batch = waiting.removeFirst()
        } else if !open.isEmpty {
            batch = open
            open = spare.popLast() ?? Batch()
        } else {
            return nil
        }
        if writePath.segment != batch.segment { writePath = (batch.segment, LogPath.segment(batch.segment)) }
        let write = SegmentWrite(
            path: writePath.path, offset: UInt64(batch.offset), indices: batch.indices, storage: batch.storage)
        inFlight = batch
        return write
    }

    /// The write and its flush are done. Returns the new durable count.
    @discardableResult
    package mutating func completed(_ write: consuming SegmentWrite) -> UInt64 {
        guard var batch = inFlight, batch.indices == write.indices else {
            preconditionFailure("this write is not in flight")
        }
        inFlight = nil
        durableCount = batch.indices.upperBound
        stagedBytes -= write.bytes.count
        untakenHashes += batch.hashes
        untakenLeaves += batch.leaves
        if prepared.keys.contains(where: { $0 < batch.segment }) {
            for segment in prepared.keys.sorted() where segment < batch.segment {
                prepared[segment] = nil
                finished.append(segment)
            }
        }
        batch.clear()
        if spare.count < 4 { spare.append(batch) }
        return durableCount
    }

    /// The write or its flush failed: what is on disk is unknown, so nothing more is acknowledged before recovery.
    package mutating func failed() { isFenced = true }

    package var isIdle: Bool { inFlight == nil && waiting.isEmpty && open.isEmpty }

    /// What became durable since the last call, for the tree.
    package mutating func takeDurableLeaves() -> DurableLeaves? {
        guard !untakenHashes.isEmpty else { return nil }
        defer {
            untakenHashes = []
            untakenLeaves = []
        }
        return DurableLeaves(
            firstIndex: durableCount - UInt64(untakenHashes.count), hashes: untakenHashes, bytes: untakenLeaves)
    }

    /// Leaves that are in the tree by now: their storage serves again.
    package mutating func reuse(_ leaves: consuming DurableLeaves) {
        if untakenHashes.isEmpty { leaves.give(&untakenHashes, &untakenLeaves) }
    }
}

// MARK: - The lanes of keys and segments

extension LogCore {
    /// An append that the pool of keys wants.
    package mutating func nextKeyAppend(at now: LedgerTime) throws(LedgerError) -> LedgerEffect? {
        isFenced ? nil : try keys.nextAppend(at: now.wall)
    }

    package mutating func keyAppendCompleted() {
        isFullForKeys = false
        keys.completed()
    }

    package mutating func keyAppendFailed(_ failure: LedgerFailure) {
        switch failure {
        case .noSpace:
            isFullForKeys = true
            keys.failedForSpace()
        case .io: isFenced = true
        }
    }

    /// Keys that can be taken without waiting.
    package func readyKeys(_ compartment: Compartment, at now: LedgerTime) -> Int {
        keys.count(compartment, at: now.wall)
    }

    /// A segment that should be prepared: the one after the last prepared one, while spare ones are missing or a record
    /// that was turned away needs it.
    package mutating func nextSegment() -> LedgerEffect? {
        guard !isFenced, preparing == nil else { return nil }
        var number = cursor.segment
        while prepared[number] != nil { number += 1 }
        guard number <= max(cursor.segment + UInt64(settings.spareSegments), wantedSegment) else { return nil }
        let salt = random(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let size = settings.segments.size
        let header = SegmentHeader(number: number, salt: salt, logID: identity.id, size: UInt64(size))
        preparing = header
        return .prepareSegment(path: LogPath.segment(number), header: header.bytes, size: size)
    }

    package mutating func segmentPrepared() {
        guard let header = preparing else { preconditionFailure("no segment is being prepared") }
        preparing = nil
        isFull = false
        prepared[header.number] = header.salt
    }

    /// Nothing is lost: the segment is made anew when it is asked for again. `nextSegment` gives it at once, so
    /// whoever performs it waits a while after a failure.
    package mutating func segmentFailed() {
        precondition(preparing != nil, "no segment is being prepared")
        preparing = nil
        isFull = true
    }

    package var segmentSize: Int { settings.segments.size }

    /// Paths of the segments that were filled since the last call: their pages need not stay in memory.
    package mutating func takeFinishedSegments() -> [String] {
        defer { finished = [] }
        return finished.map { LogPath.segment($0) }
    }

    /// The disk gave no space for the next segment or for keys; records are refused once what is prepared is used up.
    package var isDiskFull: Bool { isFull || isFullForKeys }

    private func isPrepared(through segment: UInt64) -> Bool {
        (cursor.segment...segment).allSatisfy { prepared[$0] != nil }
    }
}
