// Proves that no key is used before its flush is done, that keys of a month go into its files, that a failure uses
// nothing, and that what the pool hands out is what the files hold.
import Bytes
import Crypto
import LedgerTestKit
import Testing
import Vocabulary

@testable import Ledger

/// The pool behind a reference, since the test macros copy what they look at.
private final class Pool {
    private var pool: KeyPool

    init(nextFile: UInt32 = 1) {
        let source = SeededSource(1)
        pool = KeyPool(
            logID: TestLog.identity.id, master: TestLog.master, retention: .unclassed, nextFile: nextFile,
            settings: KeyPool.Settings(batch: 4, mostBatch: 4, low: 2), random: { source.bytes($0) })
    }

    func nextAppend(at now: Instant) throws(LedgerError) -> LedgerEffect? { try pool.nextAppend(at: now) }
    func completed() { pool.completed() }
    func failedForSpace() { pool.failedForSpace() }
    func take(_ compartment: Compartment, at now: Instant) -> BlockKey? { pool.take(compartment, at: now) }
    func count(_ compartment: Compartment, at now: Instant) -> Int { pool.count(compartment, at: now) }
}

struct KeyPoolTests {
    private static let june = Instant("2026-06-18T04:00:00Z") ?? .distantPast
    private static let beforeJuly = Instant("2026-06-30T23:56:00Z") ?? .distantPast
    private static let july = Instant("2026-07-01T00:00:00Z") ?? .distantPast

    /// Appends until nothing is wanted; returns the paths and offsets.
    private func fill(_ pool: Pool, at now: Instant, _ disk: SimulatedDisk) throws -> [String] {
        var appends: [String] = []
        while let effect = try pool.nextAppend(at: now) {
            guard case .append(let path, let offset, _) = effect else {
                Issue.record("an unexpected effect")
                break
            }
            appends.append("\(path)@\(offset)")
            try disk.perform(effect)
            pool.completed()
        }
        return appends
    }

    @Test func nothingBeforeTheFlush() throws {
        let pool = Pool()
        #expect(pool.take(.content, at: Self.june) == nil)
        let first = try pool.nextAppend(at: Self.june)
        #expect(first != nil)
        #expect(try pool.nextAppend(at: Self.june) == nil, "one append at a time")
        #expect(pool.take(.content, at: Self.june) == nil)
        pool.completed()
        #expect(pool.count(.content, at: Self.june) == 4)
        #expect(pool.take(.content, at: Self.june) != nil)
        #expect(pool.take(.decision, at: Self.june) == nil)
    }

    @Test func filesAndSlots() throws {
        let pool = Pool(nextFile: 7)
        let disk = SimulatedDisk()
        #expect(try fill(pool, at: Self.june, disk) == ["keys/00000007@0", "keys/00000008@0", "keys/00000009@0"])
        var ids: [UInt64] = []
        for _ in 0..<3 { ids.append(pool.take(.content, at: Self.june)?.id ?? 0) }
        #expect(ids.allSatisfy { $0 >> 32 == 7 && $0 & 0xFFFF_FFFF < 4 } && Set(ids).count == 3)
        #expect(try fill(pool, at: Self.june, disk) == ["keys/00000007@\(96 + 4 * 56)"])
        #expect(pool.count(.content, at: Self.june) == 5)
    }

    @Test func theFilesHoldTheKeys() throws {
        let pool = Pool()
        let disk = SimulatedDisk()
        _ = try fill(pool, at: Self.june, disk)
        let ring = KeyRing(folder: Boxed(disk), masters: [TestLog.master])
        for compartment in Compartment.allCases {
            let key = try #require(pool.take(compartment, at: Self.june))
            #expect(SecretBytes.equal(try ring.key(key.id).key, key.key))
            let header = try #require(KeyFile.Header(disk.contents(KeyFile.path(UInt32(key.id >> 32)))))
            #expect(header.compartment == compartment)
            #expect(header.month == BucketMonth(Self.june))
        }
        #expect(throws: LedgerError.keyMissing(id: 0x1_0000_0063)) { try ring.key(0x1_0000_0063) }
        let other = MasterKey(key: SecretBytes([UInt8](repeating: 1, count: 32)))
        let stranger = KeyRing(folder: Boxed(disk), masters: [other])
        #expect(throws: LedgerError.masterKeyMissing(id: TestLog.master.idText)) { try stranger.key(1 << 32) }
    }

    @Test func aNewMonthHasItsOwnFiles() throws {
        let pool = Pool()
        let disk = SimulatedDisk()
        #expect(try fill(pool, at: Self.june, disk).count == 3)
        // Four minutes before the month ends the next month's keys are made; this month's stay in use.
        #expect(try fill(pool, at: Self.beforeJuly, disk).count == 3)
        let last = try #require(pool.take(.content, at: Self.beforeJuly))
        let first = try #require(pool.take(.content, at: Self.july))
        #expect(last.id >> 32 == 1 && first.id >> 32 == 4)
        let header = try #require(KeyFile.Header(disk.contents(KeyFile.path(4))))
        #expect(header.month == BucketMonth(Self.july))
        #expect(pool.take(.content, at: Self.june) == nil, "a key of another month is not taken")
    }

    @Test func aFullDiskUsesNothing() throws {
        let pool = Pool()
        _ = try pool.nextAppend(at: Self.june)
        pool.failedForSpace()
        #expect(pool.take(.content, at: Self.june) == nil)
        guard case .append(let path, 0, _) = try pool.nextAppend(at: Self.june) else {
            Issue.record("a new file should be begun")
            return
        }
        #expect(path == "keys/00000001", "what was begun in vain is begun again")
        pool.completed()
        while pool.take(.content, at: Self.june) != nil {}
        while let append = try pool.nextAppend(at: Self.june) {
            guard case .append("keys/00000001", _, _) = append else {
                pool.completed()
                continue
            }
            pool.failedForSpace()
            break
        }
        guard case .append(let next, 0, _) = try pool.nextAppend(at: Self.june) else {
            Issue.record("a new file should be begun")
            return
        }
        #expect(next != "keys/00000001", "a file with keys in use is not begun again")
    }

    @Test func masterKeyFile() throws {
        let bytes = TestLog.master.fileBytes
        let again = try MasterKey(file: bytes, path: "m")
        #expect(again.id == TestLog.master.id)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.hasPrefix("portcullis-master-key v1\nalgorithm: AES-256-KW\nid: \(TestLog.master.idText)\nkey: QkJC"))
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: LedgerError.self) { try MasterKey(file: damaged, path: "m") }
        }
        for length in 0..<bytes.count {
            #expect(throws: LedgerError.self) { try MasterKey(file: Array(bytes[..<length]), path: "m") }
        }
    }

    @Test func logKeyFile() throws {
        let seed = SecretBytes([UInt8](repeating: 5, count: 32))
        let bytes = try LogKeyFile.encode(seed: seed, origin: "a.example/l", under: TestLog.master)
        let again = try LogKeyFile.seed(bytes, origin: "a.example/l", under: TestLog.master)
        #expect(SecretBytes.equal(again, seed))
        #expect(throws: LedgerError.badKeyFile(path: "log.key", problem: "the key belongs to another log")) {
            try LogKeyFile.seed(bytes, origin: "b.example/l", under: TestLog.master)
        }
        let other = MasterKey(key: SecretBytes([UInt8](repeating: 1, count: 32)))
        #expect(throws: LedgerError.masterKeyMissing(id: TestLog.master.idText)) {
            try LogKeyFile.seed(bytes, origin: "a.example/l", under: other)
        }
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: LedgerError.self) { try LogKeyFile.check(damaged, origin: "a.example/l") }
        }
    }
}
