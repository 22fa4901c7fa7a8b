// Proves that the verifier sees every flipped bit of a closed log and every kind of tampering, and that what it
// reports is where it happened.
import CBOR
import Crypto
import LedgerTestKit
import MerkleLog
import Testing
import Vocabulary

@testable import Ledger

struct VerifierTests {
    private static func closed() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        let log = try TestLog(disk, settings: try ExchangeTests.settings(32_768), seed: 1, now: ExchangeTests.start)
        let traffic = SampleTraffic(log, seed: 4)
        while traffic.book.count < 50 {
            try traffic.step()
            try log.commit()
            if traffic.book.count % 20 == 0 { try log.publish() }
        }
        try traffic.finish()
        try log.close()
        return disk
    }

    private static func key(_ disk: SimulatedDisk) throws -> VerifierKey {
        try VerifierKey(String(decoding: disk.contents(LogKeyFile.publicPath).dropLast(), as: UTF8.self))
    }

    private static func report(_ disk: SimulatedDisk, _ anchors: [VerifierKey] = []) -> VerificationReport {
        LogVerifier.verify(Boxed(disk), anchors: anchors)
    }

    @Test func aGoodLog() throws {
        let disk = try Self.closed()
        let key = try Self.key(disk)
        let report = Self.report(disk, [key])
        #expect(report.problems == [] && report.notes == [])
        #expect(report.isAnchored && report.origin == TestLog.identity.origin)
        #expect(report.size == report.signedSize && report.size > 256)
        #expect(report.framesByType[.open] == 1 && report.framesByType[.close] == 1)
        #expect(report.framesByType.values.reduce(0, +) == report.size)
        #expect(report.fullTiles >= 2 && report.missingTiles == 0 && report.partialTiles >= 3)
        #expect(!Self.report(disk).isAnchored)
    }

    /// Every file, many bits of each, and all of the smallest. The spare keys that no record names may rot; it is
    /// noted.
    @Test func everyFlippedBit() throws {
        let disk = try Self.closed()
        var random = SeededRandom(8)
        var tried = 0
        for path in disk.paths {
            let bits = disk.contents(path).count * 8
            let samples = bits <= 1_024 ? Array(0..<bits) : (0..<40).map { _ in random.below(bits) }
            for bit in samples {
                disk.tamper(path) { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
                let report = Self.report(disk)
                disk.tamper(path) { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
                let isSpareKey = path.hasPrefix("keys/") && !report.notes.isEmpty
                #expect(!report.isGood || isSpareKey, "\(path), bit \(bit)")
                tried += 1
            }
        }
        #expect(Self.report(disk).problems == [])
        #expect(tried > 1_000)
    }

    /// A header can be rewritten with a good checksum; its size is arithmetic for the reader.
    @Test(arguments: [0, 1, 4096, 32_769, 1 << 32, UInt64.max])
    func sizesThatNoSegmentHas(size: UInt64) throws {
        let disk = try Self.closed()
        let path = LogPath.segment(0)
        let header = try #require(SegmentHeader(disk.contents(path), number: 0, logID: TestLog.identity.id))
        let forged = SegmentHeader(number: 0, salt: header.salt, logID: header.logID, size: size).bytes
        disk.tamper(path) { $0.replaceSubrange(0..<forged.count, with: forged) }
        #expect(Self.report(disk).problems.contains { $0.path == path })
    }

    @Test func everyMissingFile() throws {
        let disk = try Self.closed()
        for path in disk.paths {
            let without = disk.copy()
            without.delete(path)
            let report = Self.report(without)
            switch path {
            case _ where path.hasPrefix("tile/") && path.contains(".p/"), LogPath.checkpoint, LogKeyFile.path:
                #expect(report.problems == [], "\(path) is derived, or not the verifier's business")
            case _ where path.hasPrefix("tile/"):
                #expect(report.problems == [] && report.missingTiles == 1 && report.notes.count == 1)
            case _ where path.hasPrefix("seg/") && path == disk.paths.last(where: { $0.hasPrefix("seg/") }):
                #expect(report.problems == [], "the spare segment holds nothing")
            default: #expect(!report.isGood, "\(path)")
            }
        }
    }

    @Test func framesInAnotherOrder() throws {
        let disk = try Self.closed()
        disk.tamper("seg/000000000000") { bytes in
            let first = Int(bytes[74]) << 8 | Int(bytes[75])
            let start = 64 + first
            let second = Int(bytes[start + 10]) << 8 | Int(bytes[start + 11])
            bytes.replaceSubrange(64..<start + second, with: bytes[start..<start + second] + bytes[64..<start])
        }
        let report = Self.report(disk)
        #expect(report.problems.first?.text == "record 1 stands where 0 must")
        #expect(report.problems.first?.offset == 64)
    }

    /// Who has the log's key and rewrites history is found by whoever kept a checkpoint.
    @Test func historyWrittenAnew() throws {
        let disk = try Self.closed()
        let forged = SimulatedDisk()
        let log = try TestLog(forged, settings: try ExchangeTests.settings(32_768), seed: 1, now: ExchangeTests.start)
        let traffic = SampleTraffic(log, seed: 5)
        while traffic.book.count < 50 {
            try traffic.step()
            try log.commit()
        }
        try traffic.finish()
        try log.close()
        let key = try Self.key(disk)
        #expect(try Self.key(forged) == key, "the same key signs both")
        #expect(Self.report(forged, [key]).isGood)
        let kept = try #require(disk.paths.first { $0.hasPrefix("checkpoints/") })
        let old = disk.contents(kept)
        forged.tamper(kept) { $0 = old + $0 }
        let report = Self.report(forged, [key])
        #expect(
            report.problems.contains {
                $0.text.contains("are not those that were signed for") || $0.text.contains("falls")
            })
    }

    @Test func anotherKey() throws {
        let disk = try Self.closed()
        let stranger = try VerifierKey(name: TestLog.identity.origin, publicKey: [UInt8](repeating: 9, count: 32))
        let report = Self.report(disk, [stranger])
        #expect(report.problems.contains { $0.path == LogKeyFile.publicPath })
        #expect(report.problems.contains { $0.text == "no known key has signed this note" })
        let other = try VerifierKey(name: "other.example/log", publicKey: [UInt8](repeating: 9, count: 32))
        #expect(Self.report(disk, [other]).problems.contains { $0.text.hasPrefix("no key was given for the log") })
        #expect(Self.report(disk, [other, try Self.key(disk)]).isGood)
    }

    @Test func twoRootsForOneSize() throws {
        let disk = try Self.closed()
        let source = SeededSource(1)
        let keys = try LogKeys(
            folder: Boxed(disk), identity: TestLog.identity, master: TestLog.master, random: { source.bytes($0) })
        let size = Self.report(disk).size
        let checkpoint = Checkpoint(origin: TestLog.identity.origin, size: size, root: .zero)
        let note = try keys.signer.sign(checkpoint.text)
        let path = try #require(disk.paths.last { $0.hasPrefix("checkpoints/") })
        disk.tamper(path) { $0 += PublishedCheckpoints.entry(note, at: ExchangeTests.start.wall) }
        disk.tamper(LogPath.checkpoint) { $0 = note }
        let report = Self.report(disk)
        #expect(report.problems.contains { $0.text == "two roots were signed for the size \(size)" })
    }

    /// A log that is open, or whose node stopped in the middle of a write, is good, and the verifier says what it saw.
    @Test func anOpenLog() throws {
        let disk = SimulatedDisk()
        let log = try TestLog(disk, settings: try ExchangeTests.settings(32_768), seed: 1, now: ExchangeTests.start)
        try log.commit()
        try log.publish()
        let act = ActRecord(actor: RecordedActor(service: "t"), about: .map([]))
        _ = try log.core.act(.alert, act, lease: TestLog.lease, at: log.now)
        try log.commit()
        let open = Self.report(disk)
        #expect(open.problems == [] && open.size == 2 && open.signedSize == 1)
        #expect(open.notes == ["1 records at the end are not covered by a checkpoint yet"])
        disk.tamper("seg/000000000000") { $0[2_000] = 0x50 }
        let torn = Self.report(disk)
        #expect(torn.problems == [])
        #expect(torn.notes.contains { $0.contains("unfinished write") })
    }

    @Test func aFolderWithoutALog() {
        #expect(!Self.report(SimulatedDisk()).isGood)
    }
}
