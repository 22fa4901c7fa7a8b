internal import Bytes
internal import Crypto
package import MerkleLog
internal import Vocabulary

/// Builds the tree over durable leaves and publishes it: tiles, entry bundles, signed checkpoints. A state machine
/// without I/O, apart from the path of acknowledgements: it may lag, and it may run on another thread than `LogCore`.
///
///     add ──▶ files (full tiles and bundles)
///     publish ──▶ files ──▶ partial tiles ──▶ append the signed note, flushed ──▶ `checkpoint` ──▶ clean up
///     now and then ──▶ settle: the full tiles and bundles since the last time, flushed
///
/// Tiles, bundles and `checkpoint` are derived from segments and notes. They are not flushed one by one: each flush
/// commits the file system's journal, in the way of the flushes that records wait for; settled later, most of their
/// flushes find nothing to write. Recovery makes again what is not known to be settled.
///
/// INVARIANT: a signature leaves the process only after the note is flushed under `checkpoints/`; only leaves that are
/// durable are signed for; sizes never fall. So no crash leaves two signed checkpoints that contradict each other.
package struct LogPublisher: ~Copyable {
    package struct Settings: Sendable {
        package var intervalSeconds: Int64 = 1
        package var records: UInt64 = 10_000
        /// Full tiles and bundles wait for the next checkpoint, but no more than these: LIMIT of one effect.
        package var files = 32
        /// Leaves after which what was derived is made durable, so that recovery has little to make again; a multiple
        /// of 256. LIMIT of one effect.
        package var settleLeaves: UInt64 = 65_536

        package init() {}
    }

    package let identity: LogIdentity
    private let settings: Settings
    private let signer: NoteSigner
    private let hasher = MerkleHasher()
    private var tree: TreeBuilder
    /// The entries of the bundle that is not full yet.
    private var bundle: [UInt8]

    /// The last checkpoint whose note is durable.
    package private(set) var published: Checkpoint?
    /// Time of the last attempt.
    private var attempted: Instant?
    private var day: String
    private var dayLength: UInt64
    /// Leaves whose full tiles and bundles are durable.
    private var settled: UInt64
    private var shallSettle = false
    /// Under way, behind the removals: what is superseded, and was never flushed, is gone for good when it is done.
    private var settling: (effect: LedgerEffect, leaves: UInt64)?
    /// A partial tile could not be removed; only recovery may settle what stands beside it.
    private var cannotSettle = false
    package private(set) var isFenced = false

    private struct Publication {
        var checkpoint: Checkpoint
        var day: String
        var dayLength: UInt64
    }

    private enum Step {
        case file(LedgerEffect)
        case append(LedgerEffect, Publication)
    }

    /// Full tiles and bundles that are not on disk yet; kept until they are.
    private var files: [(file: ReplacedFile, partials: String)] = []
    private var filesInFlight = 0
    private var steps: [Step] = []
    /// A full disk may have taken the beginning of an entry: it is cut off before the next one is written, which may
    /// belong to another day.
    private var torn: LedgerEffect?
    /// Folders of partial tiles and bundles that were written and are superseded when the full one is there.
    private var partials: Set<String>
    private var removals: [String] = []
    private var inFlight: Lane?

    private enum Lane { case files, steps, removals, settling }

    package init(
        identity: LogIdentity, settings: Settings = Settings(), signer: consuming NoteSigner, start: PublishStart
    ) {
        self.identity = identity
        self.settings = settings
        self.signer = signer
        tree = start.tree
        bundle = start.bundle
        published = start.published
        day = start.day
        dayLength = start.dayLength
        settled = start.settled
        // An earlier run may have left some.
        partials = Set(tree.partialTiles().flatMap { [$0.tile.partialsPath, $0.tile.partialEntriesPath] })
    }

    package var key: VerifierKey { signer.key }

    /// Leaves in the tree.
    package var size: UInt64 { tree.size }

    /// Takes durable leaves into the tree.
    /// - Precondition: they follow those that are in it.
    package mutating func add(_ leaves: DurableLeaves) {
        precondition(leaves.firstIndex == tree.size, "leaves were left out or given twice")
        for (number, hash) in leaves.hashes.enumerated() {
            leaves.bytes.withUnsafeBytes { bytes in
                let entry = bytes[number * Leaf.length..<(number + 1) * Leaf.length]
                EntryBundle.append(UnsafeRawBufferPointer(rebasing: entry), to: &bundle)
            }
            tree.append(hash, hasher)
            if tree.size % UInt64(Tile.fullWidth) == 0 { collectFullTiles() }
        }
    }

    private mutating func collectFullTiles() {
        let entries = Tile(level: 0, index: tree.size / UInt64(Tile.fullWidth) - 1)
        files.append((ReplacedFile(path: entries.entriesPath, bytes: bundle), entries.partialEntriesPath))
        bundle = []
        bundle.reserveCapacity(files[files.count - 1].file.bytes.count)
        for full in tree.takeFullTiles() {
            files.append((ReplacedFile(path: full.tile.path, bytes: full.bytes), full.tile.partialsPath))
        }
    }

    /// Whether enough time has passed or enough records have come since the last checkpoint.
    package func isDue(at now: LedgerTime) -> Bool {
        let covered = published?.size ?? 0
        guard tree.size > covered, steps.isEmpty, !isFenced else { return false }
        guard let attempted else { return true }
        return tree.size - covered >= settings.records || now.wall < attempted
            || now.wall >= attempted.adding(seconds: settings.intervalSeconds)
    }

    /// Begins a publication of the tree as it is, unless one is under way or there is nothing new.
    package mutating func publish(at now: LedgerTime) throws(LedgerError) {
        guard steps.isEmpty, !isFenced, tree.size > published?.size ?? 0 else { return }
        attempted = now.wall
        let checkpoint = Checkpoint(origin: identity.origin, size: tree.size, root: tree.root(hasher))
        let note: [UInt8]
        do {
            note = try signer.sign(checkpoint.text)
        } catch {
            throw .badKeyFile(path: LogKeyFile.path, problem: "signing failed")
        }
        if let edge = partialFiles() { steps.append(.file(.derive(edge))) }
        // A clock set back must not reopen an earlier day: sizes rise from file to file.
        let today = max(day, PublishedCheckpoints.day(now.wall))
        let start = today == day ? dayLength : 0
        if let torn { steps.append(.file(torn)) }
        let entry = PublishedCheckpoints.entry(note, at: now.wall)
        let publication = Publication(checkpoint: checkpoint, day: today, dayLength: start + UInt64(entry.count))
        steps.append(
            .append(.append(path: LogPath.checkpoints(day: today), at: start, bytes: entry), publication))
        steps.append(.file(.derive([ReplacedFile(path: LogPath.checkpoint, bytes: note)])))
        settle()
    }

    /// Has the next publication make durable what was derived: much has been written that recovery would read again.
    package mutating func settleSoon() { shallSettle = true }

    /// All full tiles of the tree as it is go to the disk before.
    private mutating func settle() {
        let full = tree.size - tree.size % UInt64(Tile.fullWidth)
        let isDue = shallSettle || full - settled >= settings.settleLeaves
        guard full > settled, isDue, settling == nil, !cannotSettle else { return }
        let leaves = min(full, settled + settings.settleLeaves)
        let mark = ReplacedFile(path: LogPath.settled, bytes: Array("\(leaves)\n".utf8))
        let tiles = Tile.full(from: settled, to: leaves)
        let paths = tiles.flatMap { $0.level == 0 ? [$0.path, $0.entriesPath] : [$0.path] }
        settling = (.settle(paths, mark: mark), leaves)
    }

    /// The right edge of the tree, in one effect; none where the edge is full.
    private mutating func partialFiles() -> [ReplacedFile]? {
        var edge: [ReplacedFile] = []
        for partial in tree.partialTiles() {
            edge.append(ReplacedFile(path: partial.tile.path, bytes: partial.bytes))
            partials.insert(partial.tile.partialsPath)
            guard partial.tile.level == 0 else { continue }
            edge.append(ReplacedFile(path: partial.tile.entriesPath, bytes: bundle))
            partials.insert(partial.tile.partialEntriesPath)
        }
        return edge.isEmpty ? nil : edge
    }

    /// The next effect, unless one is in flight.
    package mutating func nextEffect() -> LedgerEffect? {
        guard inFlight == nil, !isFenced else { return nil }
        if files.count >= settings.files || (!files.isEmpty && !steps.isEmpty) {
            inFlight = .files
            filesInFlight = min(files.count, settings.files)
            return .derive(files[..<filesInFlight].map(\.file))
        }
        if let step = steps.first {
            inFlight = .steps
            switch step {
            case .file(let effect), .append(let effect, _): return effect
            }
        }
        if let path = removals.first {
            inFlight = .removals
            return .removeFolder(path: path)
        }
        if let settling {
            inFlight = .settling
            return settling.effect
        }
        return nil
    }

    package mutating func completed() {
        switch inFlight {
        case .files:
            for file in files[..<filesInFlight] where partials.remove(file.partials) != nil {
                removals.append(file.partials)
            }
            files.removeFirst(filesInFlight)
        case .steps:
            if case .append(_, let publication) = steps.removeFirst() {
                torn = nil
                published = publication.checkpoint
                day = publication.day
                dayLength = publication.dayLength
            }
        case .removals: removals.removeFirst()
        case .settling:
            if let settling { settled = settling.leaves }
            settling = nil
            shallSettle = false
        case nil: preconditionFailure("no effect is in flight")
        }
        inFlight = nil
    }

    /// No space: this publication is given up, the next one signs anew; full tiles wait. An I/O error: whether a note
    /// is durable is unknown, so nothing is signed any more before recovery.
    package mutating func failed(_ failure: LedgerFailure) {
        guard let lane = inFlight else { preconditionFailure("no effect is in flight") }
        inFlight = nil
        switch (failure, lane) {
        case (.noSpace, _):
            if lane == .steps, case .append(.append(let path, let start, _), _) = steps.first {
                torn = .truncate(path: path, length: start)
            }
            steps = []
            settling = nil
        case (.io, .removals):
            removals.removeFirst()
            settling = nil
            cannotSettle = true
        case (.io, _): isFenced = true
        }
    }

    package var isIdle: Bool {
        inFlight == nil && files.isEmpty && steps.isEmpty && removals.isEmpty && settling == nil
    }
}
