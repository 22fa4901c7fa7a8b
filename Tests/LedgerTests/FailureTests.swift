// Proves that a failing disk is never papered over: each system call of a workload fails once, with an I/O error and
// with a full disk; what was acknowledged before is there after a restart, and after an I/O error nothing more was
// acknowledged.
import CBOR
import Files
import Ledger
import LedgerFiles
import LedgerTestKit
import MerkleLog
import Testing
import Vocabulary

struct FailureTests {
    private static func settings() throws -> LogSettings {
        var settings = LogSettings(segments: try #require(SegmentGeometry(size: 32_768)))
        settings.keysPerAppend = 6
        settings.mostKeysPerAppend = 6
        settings.keysLow = 3
        return settings
    }

    private struct Run {
        var acknowledged: [BookEntry] = []
        var failed = false
        var isFenced = false
    }

    /// Works through a disk's refusals as the node does: what found no space is tried again.
    private func run(_ disk: SimulatedDisk) throws -> Run {
        var run = Run()
        let log = try TestLog(disk, settings: Self.settings(), seed: 1, now: ExchangeTests.start)
        let traffic = SampleTraffic(log, seed: 2)
        var step = 0
        while step < 40, !log.isFenced {
            step += 1
            do {
                try traffic.step()
                try log.commit()
                if step % 8 == 0 { try log.publish() }
            } catch let error as LedgerDiskError {
                run.failed = true
                if error.failure == .io { break }
            } catch LedgerError.fenced {
                break
            }
        }
        run.isFenced = log.isFenced
        run.acknowledged = traffic.entries.filter { $0.lastIndex < log.durableCount }
        return run
    }

    private func check(_ disk: SimulatedDisk, _ run: Run, _ what: String) throws {
        let log = try TestLog(disk, settings: Self.settings(), seed: 7, now: ExchangeTests.start)
        try log.close()
        #expect(LogVerifier.verify(Boxed(disk), anchors: []).problems == [], "\(what)")
        let reader = LedgerReader(folder: Boxed(disk), identity: TestLog.identity, masters: [TestLog.master])
        for entry in run.acknowledged {
            let exchange = try reader.exchange(at: entry.index)
            #expect(exchange.received == entry.received && exchange.shown.starts(with: entry.shown), "\(what)")
        }
    }

    private func calls() throws -> Int {
        let disk = SimulatedDisk()
        _ = try run(disk)
        return disk.calls
    }

    @Test func everyCallFailsOnce() throws {
        var fenced = 0
        for call in 1...(try calls()) {
            let disk = SimulatedDisk()
            disk.failure = (call, .io)
            var run = Run()
            do {
                run = try self.run(disk)
            } catch is LedgerDiskError {
                // The start itself failed: nothing was acknowledged.
            }
            if run.isFenced { fenced += 1 }
            var random = SeededRandom(UInt64(call))
            try check(disk.afterCrash(.any, &random), run, "call \(call)")
        }
        #expect(fenced > 50)
    }

    @Test func everyCallFindsTheDiskFullOnce() throws {
        for call in 1...(try calls()) {
            let disk = SimulatedDisk()
            disk.failure = (call, .noSpace)
            var run = Run()
            do {
                run = try self.run(disk)
            } catch is LedgerDiskError {
                // The start itself failed: nothing was acknowledged.
            }
            var random = SeededRandom(UInt64(call))
            try check(disk.afterCrash(.any, &random), run, "call \(call)")
        }
    }

    /// A disk that fills up: records are refused, the gap is recorded, and everything goes on when there is space
    /// again.
    @Test func aFullDiskAndItsEnd() throws {
        let disk = SimulatedDisk()
        let log = try TestLog(disk, settings: try Self.settings(), seed: 1, now: ExchangeTests.start)
        try log.commit()
        disk.capacity = 100_000
        var refused = 0
        var written = 0
        for number in 0..<200 {
            let act = ActRecord(
                actor: RecordedActor(service: "t"), about: .map([("n", .bytes([UInt8](repeating: 1, count: 2_000)))]))
            do {
                _ = try log.core.act(.alert, act, lease: TestLog.lease, at: log.now)
                written += 1
                try log.commit()
            } catch LedgerError.noRoom(full: true), LedgerError.noKey {
                refused += 1
            } catch is LedgerDiskError {
                #expect(!log.isFenced)
            }
            if number == 150 {
                let period = log.now.wall..<log.now.wall.adding(seconds: 1)
                _ = try log.core.gap(period, reason: "disk full", refused: 1, lease: TestLog.lease, at: log.now)
                while try log.step() {}
                disk.capacity = nil
                try log.prepare()
            }
        }
        #expect(refused > 50 && written > 60)
        try log.close()
        let report = LogVerifier.verify(Boxed(disk), anchors: [])
        #expect(report.problems == [])
        #expect(report.framesByType[.gap] == 1 && report.framesByType[.alert] == UInt64(written))
    }

    @Test func errorsOfTheRealDisk() throws {
        let full = try File("/dev/full", .write)
        do {
            try full.write([1, 2, 3], at: 0)
            Issue.record("/dev/full took bytes")
        } catch {
            #expect(error.isNoSpace && FileEffects.failure(error) == .noSpace)
        }
        do {
            _ = try File("/no/such/file", .read)
            Issue.record("a missing file was opened")
        } catch {
            #expect(error.isMissing && FileEffects.failure(error) == .io)
        }
    }

    @Test func onARealDisk() throws {
        let root = "/tmp/portcullis-ledger-\(UInt64.random(in: 0 ... .max))"
        defer { try? Folder.remove(root) }
        let disk = try FileLedgerDriver(root)
        var book: [BookEntry] = []
        for run in UInt64(1)...3 {
            let log = try TestLog(disk, settings: try Self.settings(), seed: run, now: ExchangeTests.start)
            let traffic = SampleTraffic(log, seed: run)
            for _ in 0..<40 { try traffic.step() }
            try traffic.finish()
            try log.close()
            book += traffic.book
        }
        let folder = FileLogFolder(root)
        #expect(LogVerifier.verify(folder, anchors: []).problems == [])
        let reader = LedgerReader(folder: folder, identity: TestLog.identity, masters: [TestLog.master])
        for entry in book { ExchangeTests.check(try reader.exchange(at: entry.index), entry) }
        #expect(book.count > 20)
    }
}
