// Proves recovery's judgements: what was never acknowledged is dropped, what was acknowledged and is damaged or gone
// makes it refuse, and everything but segments, key files and published checkpoints is made again.
import CBOR
import LedgerTestKit
import MerkleLog
import Testing
import Vocabulary

@testable import Ledger

struct RecoveryTests {
    /// A closed log of several segments and more than 256 records, all of it signed for.
    private static func closed(exchanges: Int = 120, batchRecords: Int = 64) throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        var settings = try ExchangeTests.settings(32_768)
        settings.batchRecords = batchRecords
        var publishing = LogPublisher.Settings()
        publishing.settleLeaves = 256
        let log = try TestLog(disk, settings: settings, publishing: publishing, seed: 1, now: ExchangeTests.start)
        let traffic = SampleTraffic(log, seed: 4)
        while traffic.book.count < exchanges {
            try traffic.step()
            try log.commit()
            if traffic.book.count % 20 == 0 { try log.publish() }
        }
        try traffic.finish()
        try log.close()
        return disk
    }

    private static func recover(_ disk: SimulatedDisk) throws -> RecoveredLog {
        let bytes = disk.contents(LogKeyFile.publicPath)
        let key = try VerifierKey(String(decoding: bytes.dropLast(), as: UTF8.self))
        return try TestLog.recover(disk, TestLog.identity, key, try #require(SegmentGeometry(size: 32_768)))
    }

    private static func error(_ disk: SimulatedDisk) -> LedgerError? {
        do {
            _ = try recover(disk)
            return nil
        } catch {
            return error as? LedgerError
        }
    }

    private static func frames(_ disk: SimulatedDisk) throws -> [(path: String, offset: Int, frame: Frame)] {
        var frames: [(String, Int, Frame)] = []
        for path in disk.paths.filter({ $0.hasPrefix("seg/") }) {
            let bytes = disk.contents(path)
            let number = try #require(LogPath.segmentNumber(ofName: String(path.dropFirst(4))))
            let header = try #require(SegmentHeader(bytes, number: number, logID: TestLog.identity.id))
            var offset = SegmentHeader.length
            while true {
                let parsed = bytes[offset...].withUnsafeBytes {
                    Frame.parse($0, salt: header.salt, logID: TestLog.identity.id)
                }
                guard case .frame(let frame) = parsed else { break }
                frames.append((path, offset, frame))
                offset += frame.length
            }
        }
        return frames
    }

    @Test func aClosedLogIsFoundAsItWasLeft() throws {
        let disk = try Self.closed()
        let recovered = try Self.recover(disk)
        let frames = try Self.frames(disk)
        // Segments without a frame alone are written again: nothing shows that they were flushed.
        for repair in recovered.repairs {
            guard case .append(let path, 0, let bytes) = repair else {
                Issue.record("\(repair)")
                continue
            }
            #expect(path.hasPrefix("seg/") && bytes.elementsEqual(disk.contents(path).prefix(SegmentHeader.length)))
            #expect(disk.contents(path).dropFirst(SegmentHeader.length).allSatisfy { $0 == 0 })
        }
        #expect(recovered.droppedBytes == 0 && !recovered.isNew && !recovered.wasRebuilt)
        #expect(recovered.start.nextIndex == UInt64(frames.count))
        #expect(recovered.checkpointSize == UInt64(frames.count))
        let last = try #require(frames.last)
        #expect(LogPath.segment(recovered.start.cursor.segment) == last.path)
        #expect(recovered.start.cursor.offset == last.offset + last.frame.length)
        #expect(frames.count > 600)
    }

    @Test func anEmptyFolderIsANewLog() throws {
        let seed = TestLog.identity
        let log = try TestLog(
            SimulatedDisk(), settings: try ExchangeTests.settings(), seed: 1, now: ExchangeTests.start)
        let recovered = try TestLog.recover(SimulatedDisk(), seed, log.publisher.key, .standard)
        #expect(recovered.isNew && recovered.report == nil)
        #expect(recovered.start.nextIndex == 0 && recovered.start.nextKeyFile == 1)
        #expect(recovered.start.cursor == LogStart.new.cursor)
    }

    /// Only segments, key files and published checkpoints are authority.
    @Test func theRestIsMadeAgain() throws {
        let disk = try Self.closed()
        let before = disk.copy()
        let whole = try Self.recover(disk)
        #expect(!whole.wasRebuilt)
        for path in disk.paths where path.hasPrefix("tile/") && path != LogPath.settled || path == LogPath.checkpoint {
            disk.delete(path)
        }
        let recovered = try Self.recover(disk)
        #expect(recovered.wasRebuilt)
        #expect(recovered.start.nextIndex == whole.start.nextIndex)
        let hasher = MerkleHasher()
        #expect(recovered.publishing.tree.root(hasher) == whole.publishing.tree.root(hasher))
        let log = try TestLog(disk, settings: try ExchangeTests.settings(32_768), seed: 9, now: ExchangeTests.start)
        try log.close()
        for path in before.paths where path.hasPrefix("tile/") && !path.contains(".p/") && path != LogPath.settled {
            #expect(disk.contents(path) == before.contents(path), "\(path)")
        }
        let report = LogVerifier.verify(Boxed(disk), anchors: [])
        #expect(report.problems == [] && report.missingTiles == 0 && report.fullTiles > 3)
    }

    @Test func aDamagedTileDoesNotMatter() throws {
        let disk = try Self.closed()
        disk.tamper("tile/0/000") { $0[40] ^= 1 }
        let recovered = try Self.recover(disk)
        #expect(recovered.wasRebuilt)
        #expect(recovered.publishing.tree.root(MerkleHasher()) == recovered.publishing.published?.root)
        let report = LogVerifier.verify(Boxed(disk), anchors: [])
        #expect(report.problems == [], "the full tile was written again")
    }

    @Test func aTornTailIsDropped() throws {
        let disk = try Self.closed()
        let recovered = try Self.recover(disk)
        let path = LogPath.segment(recovered.start.cursor.segment)
        let offset = recovered.start.cursor.offset
        disk.tamper(path) { $0.replaceSubrange(offset..<offset + 700, with: [UInt8](repeating: 0x50, count: 700)) }
        let again = try Self.recover(disk)
        #expect(again.start.nextIndex == recovered.start.nextIndex)
        #expect(again.droppedBytes == 700)
        #expect(again.repairs == [.clear(path: path, from: UInt64(offset), count: 700)] + recovered.repairs)
    }

    @Test func damageToWhatWasAcknowledgedIsRefused() throws {
        let whole = try Self.closed()
        let frames = try Self.frames(whole)
        for (number, isRead) in [
            (0, false), (200, false), (200, true), (frames.count - 5, false), (frames.count - 1, false),
        ] {
            let disk = whole.copy()
            let (path, offset, frame) = frames[number]
            disk.tamper(path) { $0[offset + frame.length / 2] ^= 0x10 }
            // Without tiles every frame is read; with them those before the last checkpoint's segment are left to
            // scrubbing.
            for path in disk.paths where isRead && path.hasPrefix("tile/") { disk.delete(path) }
            let isFound = isRead || number > 400
            switch Self.error(disk) {
            case .damaged, .recordsLost: #expect(isFound, "record \(number)")
            case nil: #expect(!isFound, "record \(number)")
            case .some(let error): Issue.record("record \(number): \(error)")
            }
            #expect(!LogVerifier.verify(Boxed(disk), anchors: []).isGood)
        }
    }

    /// Beyond the last checkpoint, the batch starts alone tell damage from a torn tail.
    @Test func batchStartsProveDamage() throws {
        let disk = SimulatedDisk()
        let log = try TestLog(disk, settings: try ExchangeTests.settings(32_768), seed: 1, now: ExchangeTests.start)
        try log.commit()
        try log.publish()
        for _ in 0..<3 {
            for _ in 0..<3 {
                let act = ActRecord(actor: RecordedActor(service: "t"), about: .map([]))
                _ = try log.core.act(.alert, act, lease: TestLog.lease, at: log.now)
            }
            try log.commit()
        }
        let frames = try Self.frames(disk)
        #expect(frames.map(\.frame.batchStart) == [0, 1, 1, 1, 4, 4, 4, 7, 7, 7])
        for number in 1...9 {
            let damaged = disk.copy()
            let (path, offset, _) = frames[number]
            damaged.tamper(path) { $0[offset + 200] ^= 1 }
            let error = Self.error(damaged)
            if number < 7 {
                let proof = number < 4 ? frames[4].offset : frames[7].offset
                #expect(
                    error
                        == .damaged(
                            path: path, offset: UInt64(proof),
                            problem: "this frame shows that record \(number), which cannot be read, was acknowledged"),
                    "record \(number)")
            } else {
                // In the last batch nothing can tell: it is as if it had been in flight.
                #expect(error == nil, "record \(number)")
            }
        }
    }

    @Test func aRemovedTailIsRefused() throws {
        let disk = try Self.closed()
        let frames = try Self.frames(disk)
        let last = try #require(frames.last)
        disk.tamper(last.path) { bytes in
            for index in last.offset..<last.offset + last.frame.length { bytes[index] = 0 }
        }
        let held = UInt64(frames.count - 1)
        #expect(Self.error(disk) == .recordsLost(held: held, promised: held + 1))
    }

    @Test func missingFilesAreRefused() throws {
        let disk = try Self.closed()
        let middle = disk.copy()
        middle.delete("seg/000000000002")
        #expect(Self.error(middle) == .damaged(path: "seg/000000000002", offset: 0, problem: "the segment is missing"))
        let header = disk.copy()
        header.tamper("seg/000000000001") { $0[20] ^= 1 }
        for path in header.paths where path.hasPrefix("tile/") { header.delete(path) }
        #expect(
            Self.error(header)
                == .damaged(path: "seg/000000000001", offset: 0, problem: "the segment's header is damaged"))
        let checkpoints = disk.copy()
        for path in checkpoints.paths where path.hasPrefix("checkpoints/") { checkpoints.delete(path) }
        guard case .badCheckpoint("checkpoints", _) = Self.error(checkpoints) else {
            Issue.record("published checkpoints are missing")
            return
        }
        let key = disk.copy()
        key.delete(LogKeyFile.path)
        #expect(throws: LedgerError.badKeyFile(path: "log.key", problem: "the file is missing: restore it from a copy"))
        {
            try TestLog(key, settings: try ExchangeTests.settings(32_768), seed: 3, now: ExchangeTests.start)
        }
    }

    @Test func aTornCheckpointIsCutOff() throws {
        let disk = try Self.closed()
        let path = try #require(disk.paths.last { $0.hasPrefix("checkpoints/") })
        let length = disk.contents(path).count
        let entry = disk.contents(path).suffix(300)
        let before = try Self.recover(disk).repairs
        disk.tamper(path) { $0 += entry.prefix(100) }
        let recovered = try Self.recover(disk)
        #expect(recovered.repairs == [.truncate(path: path, length: UInt64(length))] + before)
        disk.tamper(path) { $0 += [UInt8](repeating: 0x30, count: 3_000) }
        guard case .damaged(path, _, _) = Self.error(disk) else {
            Issue.record("more than one entry is unreadable")
            return
        }
    }

    /// Another size of segments from now on: what is there stays, the next one is of the new size.
    @Test func anotherSegmentSize() throws {
        let disk = try Self.closed()
        let log = try TestLog(disk, settings: try ExchangeTests.settings(65_536), seed: 2, now: ExchangeTests.start)
        let traffic = SampleTraffic(log, seed: 5)
        for _ in 0..<60 { try traffic.step() }
        try traffic.finish()
        try log.close()
        let report = LogVerifier.verify(Boxed(disk), anchors: [])
        #expect(report.problems == [])
        #expect(Set(disk.paths.filter { $0.hasPrefix("seg/") }.map { disk.contents($0).count }) == [32_768, 65_536])
        let reader = LedgerReader(folder: Boxed(disk), identity: TestLog.identity, masters: [TestLog.master])
        try ExchangeTests.compare(reader, traffic.book)
    }

    /// The OPEN record says what was found.
    @Test func openTellsWhatWasDropped() throws {
        let disk = try Self.closed()
        let first = try Self.recover(disk)
        disk.tamper(LogPath.segment(first.start.cursor.segment)) { $0[first.start.cursor.offset] = 7 }
        let log = try TestLog(disk, settings: try ExchangeTests.settings(32_768), seed: 2, now: ExchangeTests.start)
        try log.commit()
        let reader = LedgerReader(folder: Boxed(disk), identity: TestLog.identity, masters: [TestLog.master])
        let record = try reader.record(at: first.start.nextIndex)
        #expect(record.type == .open)
        let body = try CBOR.decode(record.plaintext)
        #expect(body["origin"]?.asText == TestLog.identity.origin)
        #expect(body["recovered"]?["dropped"]?.asUnsigned == 1)
        #expect(body["recovered"]?["checkpoint"]?.asUnsigned == first.start.nextIndex)
        #expect(body["recovered"]?["index"]?.asUnsigned == first.start.nextIndex)
    }
}
