import CBOR
import Files
import Ledger
import LedgerFiles
import LedgerTestKit
import MerkleLog
import Vocabulary

/// A node on a simulated machine: the product's core, recovery, publisher and file effects, one process after another,
/// and the book of those it talks to.
final class Node {
    static let root = "/data/ledger/gw1/hk-2026"
    static let start = LedgerTime(wall: Instant(seconds: 1_780_000_000), monotonic: 1_000_000_000)

    let machine: SimulatedMachine
    var book: Book
    private(set) var log: TestLog?
    /// Processes so far, on this machine and its past.
    private(set) var process: UInt64
    private var time: LedgerTime
    private var staged: [(index: UInt64, content: [UInt8])] = []
    private var records: UInt64 = 0
    private var seenNote: [UInt8] = []

    init(_ machine: SimulatedMachine, book: Book = Book(), process: UInt64 = 0, time: LedgerTime = Node.start) {
        self.machine = machine
        self.book = book
        self.process = process
        self.time = time
        seenNote = machine.contents(Node.root + "/checkpoint") ?? []
    }

    /// The same world, on a machine that was stopped or copied.
    func successor(on machine: SimulatedMachine) -> Node {
        Node(machine, book: book, process: process, time: time)
    }

    /// A machine with nothing on its disk but the data folder.
    static func machine(unit: Int) -> SimulatedMachine {
        let machine = SimulatedMachine(unit: unit)
        _ = machine.mkdir("/data", 0o700)
        machine.settle()
        return machine
    }

    static func settings() throws -> LogSettings {
        guard let geometry = SegmentGeometry(size: SegmentGeometry.minimumSize) else {
            throw Violation("the smallest segment is refused")
        }
        var settings = LogSettings(segments: geometry)
        settings.keysPerAppend = 2
        settings.mostKeysPerAppend = 2
        settings.keysLow = 1
        settings.batchBytes = 8_192
        settings.batchRecords = 5
        return settings
    }

    /// A new process: recovery, and OPEN on disk.
    func start() throws {
        process += 1
        staged = []
        log = nil
        let disk = try FileLedgerDriver(Node.root, on: machine)
        var publishing = LogPublisher.Settings()
        publishing.settleLeaves = 256
        log = try TestLog(
            disk, settings: Node.settings(), publishing: publishing, seed: process &* 7_919, now: time)
        try commit()
    }

    func perform(_ operation: Operation) throws {
        time.wall.nanoseconds += 1_000_000_000
        time.monotonic += 1_000_000_000
        log?.now = time
        switch operation {
        case .small: try append(40)
        case .batch:
            for _ in 0..<5 { try stage(300) }
            try stage(60)
        case .roll:
            try append(14_000)
            try append(14_000)
        case .publish:
            try append(20)
            try log?.publish()
        case .month:
            time.wall.nanoseconds += 31 * 86_400 * 1_000_000_000
            log?.now = time
            try append(40)
        case .overlap: try overlap()
        case .reopen:
            try log?.close()
            try start()
        case .kill: try start()
        case .fill: for _ in 0..<52 { try fill() }
        }
        try commit()
        observe()
    }

    private func append(_ length: Int) throws {
        try stage(length)
        try commit()
    }

    /// Keys are made when a record is turned away for want of one.
    private func stage(_ length: Int) throws {
        guard let log else { throw Violation("no process runs") }
        records += 1
        // What tells this record from every other, of any process.
        var random = SeededRandom(process &* 1_000_003 &+ records)
        let content = random.bytes(max(16, length))
        let act = ActRecord(actor: RecordedActor(service: "fire"), about: .map([("content", .bytes(content))]))
        let index: UInt64
        do throws(LedgerError) {
            index = try log.core.act(.alert, act, lease: TestLog.lease, at: log.now)
        } catch {
            guard error != .fenced else { throw error }
            try log.prepare()
            index = try log.core.act(.alert, act, lease: TestLog.lease, at: log.now)
        }
        staged.append((index, content))
    }

    func commit() throws {
        guard let log else { return }
        while try log.step() { observe() }
        try log.prepare()
    }

    private func fill() throws {
        for _ in 0..<5 { try stage(16) }
        try commit()
    }

    private func overlap() throws {
        try append(20)
        for _ in 0..<3 { try stage(300) }
        let outer = machine.beforeCall
        var call = 0
        machine.beforeCall = { machine in
            try outer?(machine)
            call += 1
            guard call == 2 else { return }
            machine.beforeCall = outer
            try self.log?.publish()
            machine.beforeCall = nil
        }
        defer { machine.beforeCall = outer }
        _ = try log?.step()
    }

    /// Writes into the book what is known outside by now.
    func observe() {
        if let log {
            while let first = staged.first, first.index < log.durableCount {
                book.acknowledged[first.index] = first.content
                staged.removeFirst()
            }
        }
        guard let note = machine.contents(Node.root + "/checkpoint"), note != seenNote else { return }
        seenNote = note
        // A note that cannot be read is a fault that the verifier names.
        try? book.see(note)
    }
}

extension Node {
    /// Compares the disk with the book: I1 to I3 and I8 of the design, by the verifier and the reader that are shipped.
    func check() throws {
        observe()
        guard book.equivocations.isEmpty else { throw Violation("two roots for the sizes \(book.equivocations)") }
        let folder = FileLogFolder(Node.root, on: machine)
        let report = LogVerifier.verify(folder, anchors: [])
        guard report.problems.isEmpty else { throw Violation("the verifier: \(report.problems)") }
        let reader = LedgerReader(folder: folder, identity: TestLog.identity, masters: [TestLog.master])
        var left = book.acknowledged
        var contents: Set<[UInt8]> = []
        try reader.acts(where: { $0 == .alert }) { act throws(LedgerError) in
            guard let content = act.about["content"]?.asBytes else { return true }
            if let known = left[act.index], known == content { left[act.index] = nil }
            if !contents.insert(content).inserted { left[.max] = content }
            return true
        }
        guard left.isEmpty else {
            throw Violation("acknowledged and lost, altered or there twice: \(left.keys.sorted())")
        }
        var tree = TreeBuilder()
        let hasher = MerkleHasher()
        var published = book.published
        try reader.frames { _, bytes throws(LedgerError) in
            tree.append(hasher.leaf(UnsafeRawBufferPointer(rebasing: bytes[88..<256])), hasher)
            if let checkpoint = published[tree.size], checkpoint.root == tree.root(hasher) {
                published[tree.size] = nil
            }
            return true
        }
        guard published.isEmpty else { throw Violation("published and contradicted: \(published.keys.sorted())") }
    }
}
