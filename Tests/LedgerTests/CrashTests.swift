// Proves that no stop of the machine loses what was acknowledged, tears the order, or lets two signed checkpoints
// contradict each other: small workloads are stopped before every system call, with every kind of survival of what
// was not flushed, recovered, checked, gone on with, and checked again.
import Glibc
import Ledger
import LedgerTestKit
import MerkleLog
import Testing
import Vocabulary

/// A workload that keeps the books of what it was told is durable.
private final class Workload {
    let disk: SimulatedDisk
    /// Of each exchange the last state that was durable as a whole.
    var acknowledged: [UInt64: BookEntry] = [:]
    var published: [Checkpoint] = []
    var key: VerifierKey?
    private let seed: UInt64

    init(_ disk: SimulatedDisk, seed: UInt64) {
        self.disk = disk
        self.seed = seed
    }

    static func settings() throws -> LogSettings {
        var settings = LogSettings(segments: try #require(SegmentGeometry(size: 32_768)))
        settings.keysPerAppend = 6
        settings.mostKeysPerAppend = 6
        settings.keysLow = 3
        settings.batchBytes = 8_192
        settings.batchRecords = 5
        return settings
    }

    /// Runs until the disk stops. `run` numbers the starts of the node, which never share randomness.
    func run(_ run: UInt64, steps: Int) throws {
        let log = try TestLog(disk, settings: Self.settings(), seed: seed &* 1_000 &+ run, now: ExchangeTests.start)
        key = log.publisher.key
        var sizes = SampleTraffic.Sizes()
        sizes.body = 0..<3_000
        sizes.chunks = 0..<4
        let traffic = SampleTraffic(log, seed: seed &* 77 &+ run, sizes: sizes)
        try log.commit()
        for step in 1...steps {
            try traffic.step()
            if step % 4 == 0 { try commit(log, traffic) }
            if step % 9 == 0 {
                try commit(log, traffic)
                try log.publish()
                if let checkpoint = log.publisher.published { published.append(checkpoint) }
            }
        }
        try traffic.finish()
        try commit(log, traffic)
        try log.close()
        if let checkpoint = log.publisher.published { published.append(checkpoint) }
    }

    /// One write at a time, with records staged while it is in flight.
    private func commit(_ log: TestLog, _ traffic: SampleTraffic) throws {
        while try log.step() {
            for entry in traffic.entries where entry.lastIndex < log.core.durableCount {
                acknowledged[entry.index] = entry
            }
        }
    }
}

struct CrashTests {
    private static let kinds: [SimulatedDisk.Survival] = [.nothing, .everything, .prefix, .prefix, .any, .any, .any]

    /// How many disk states are tried; the environment asks for more.
    private static var wanted: Int {
        getenv("PORTCULLIS_CRASH_STATES").flatMap { Int(String(cString: $0)) } ?? 3_000
    }

    /// Everything that was acknowledged is there, in order, signed and readable.
    private func check(_ workload: Workload, _ disk: SimulatedDisk, _ what: String) throws {
        let report = LogVerifier.verify(Boxed(disk), anchors: [])
        #expect(report.problems == [], "\(what)")
        let reader = LedgerReader(folder: Boxed(disk), identity: TestLog.identity, masters: [TestLog.master])
        for entry in workload.acknowledged.values {
            let exchange = try reader.exchange(at: entry.index)
            #expect(exchange.received == entry.received, "\(what), received of \(entry.index)")
            #expect(
                exchange.attempts.prefix(entry.sent.count).map(\.sent) == entry.sent, "\(what), sent of \(entry.index)")
            #expect(exchange.shown.starts(with: entry.shown), "\(what), shown of \(entry.index)")
        }
        var tree = TreeBuilder()
        let hasher = MerkleHasher()
        var roots: [UInt64: Checkpoint] = [:]
        for checkpoint in workload.published { roots[checkpoint.size] = checkpoint }
        try reader.frames { frame, bytes in
            tree.append(hasher.leaf(UnsafeRawBufferPointer(rebasing: bytes[88..<256])), hasher)
            if let checkpoint = roots.removeValue(forKey: tree.size) {
                #expect(checkpoint.root == tree.root(hasher), "\(what): two roots at \(tree.size)")
            }
            return true
        }
        #expect(roots.isEmpty, "\(what): a published checkpoint covers what is lost")
    }

    /// One stop: before call `crashAt` of run 1, recovered in run 2, which may be stopped too, and closed in the last.
    private func crash(seed: UInt64, at crashAt: Int, _ survival: SimulatedDisk.Survival, again: Bool) throws {
        var random = SeededRandom(seed &* 31 &+ UInt64(crashAt))
        let what = "seed \(seed), call \(crashAt), \(survival)"
        let disk = SimulatedDisk()
        disk.crashAt = crashAt
        let workload = Workload(disk, seed: seed)
        #expect(throws: SimulatedDisk.crash, "\(what)") { try workload.run(1, steps: 30) }
        var found = disk.afterCrash(survival, &random)
        if again {
            found.crashAt = random.below(60)
            let second = Workload(found, seed: seed)
            second.acknowledged = workload.acknowledged
            second.published = workload.published
            do {
                try second.run(2, steps: 10)
            } catch {
                #expect(error as? LedgerDiskError == SimulatedDisk.crash, "\(what): \(error)")
            }
            workload.acknowledged = second.acknowledged
            workload.published = second.published
            found = found.afterCrash(survival, &random)
        }
        found.crashAt = nil
        let last = Workload(found, seed: seed)
        last.acknowledged = workload.acknowledged
        last.published = workload.published
        do {
            try last.run(3, steps: 6)
        } catch {
            Issue.record("\(what): not recovered: \(error)")
            return
        }
        try check(last, found, what)
    }

    private func callsOfWholeRun(seed: UInt64) throws -> Int {
        let disk = SimulatedDisk()
        try Workload(disk, seed: seed).run(1, steps: 30)
        return disk.calls
    }

    @Test func everyCallOfSmallWorkloads() throws {
        var states = 0
        var seed: UInt64 = 1
        while states < Self.wanted {
            let calls = try callsOfWholeRun(seed: seed)
            for crashAt in 0..<calls {
                let kinds = seed == 1 ? Self.kinds : [Self.kinds[(crashAt + Int(seed)) % Self.kinds.count]]
                for (number, survival) in kinds.enumerated() {
                    try crash(seed: seed, at: crashAt, survival, again: (crashAt + number) % 3 == 0)
                    states += 1
                }
            }
            seed += 1
        }
        print("FIGURE crash states recovered: \(states)")
    }

    /// The harness would notice: on a disk that only says it has flushed, acknowledged records are lost.
    @Test func aLyingDiskIsCaught() throws {
        var caught = 0
        for seed in UInt64(1)...5 {
            let disk = SimulatedDisk()
            disk.crashAt = 100
            disk.ignoresFlushes = true
            let workload = Workload(disk, seed: seed)
            #expect(throws: SimulatedDisk.crash) { try workload.run(1, steps: 30) }
            var random = SeededRandom(seed)
            let found = disk.afterCrash(.any, &random)
            do {
                let last = Workload(found, seed: seed)
                try last.run(2, steps: 1)
                let reader = LedgerReader(folder: Boxed(found), identity: TestLog.identity, masters: [TestLog.master])
                for entry in workload.acknowledged.values
                where try reader.exchange(at: entry.index).received != entry.received {
                    throw LedgerError.noSuchRecord(index: entry.index)
                }
            } catch {
                caught += 1
            }
        }
        #expect(caught == 5)
    }
}
