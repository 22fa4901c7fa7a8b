// Proves the writer as a state machine: tables of events and what it asks for. One write in flight, batches up to
// their limits, nothing durable before its flush, fenced for ever after a failure, refused without room, the reserve
// for the last words.
import Bytes
import CBOR
import LedgerTestKit
import Testing
import Vocabulary

@testable import Ledger

/// The core behind a reference, since the test macros copy what they look at.
private final class WatchedCore {
    private var core: LogCore
    private let now = ExchangeTests.start

    init(_ core: consuming LogCore) { self.core = core }

    var durableCount: UInt64 { core.durableCount }
    var nextIndex: UInt64 { core.nextIndex }
    var isFenced: Bool { core.isFenced }
    var isDiskFull: Bool { core.isDiskFull }
    var isIdle: Bool { core.isIdle }
    func nextWrite() -> SegmentWrite? { core.nextWrite() }
    func completed(_ write: consuming SegmentWrite) -> UInt64 { core.completed(write) }
    func failed() { core.failed() }
    func nextSegment() -> LedgerEffect? { core.nextSegment() }
    func segmentPrepared() { core.segmentPrepared() }
    func segmentFailed() { core.segmentFailed() }
    func nextKeyAppend() throws(LedgerError) -> LedgerEffect? { try core.nextKeyAppend(at: now) }
    func keyAppendCompleted() { core.keyAppendCompleted() }
    func keyAppendFailed(_ failure: LedgerFailure) { core.keyAppendFailed(failure) }
    func takeDurableLeaves() -> DurableLeaves? { core.takeDurableLeaves() }
    func takeKey() throws(LedgerError) { _ = try core.takeKey(.content, at: now) }

    func alert(_ length: Int = 10) throws(LedgerError) -> UInt64 {
        let record = ActRecord(
            actor: RecordedActor(service: "test"),
            about: .map([("detail", .bytes([UInt8](repeating: 1, count: length)))]))
        return try core.act(.alert, record, lease: TestLog.lease, at: now)
    }

    func gap(seconds: Int64) throws(LedgerError) -> UInt64 {
        let period = now.wall..<now.wall.adding(seconds: seconds)
        return try core.gap(period, reason: "disk full", refused: 4, lease: TestLog.lease, at: now)
    }

    func close() throws(LedgerError) -> UInt64 { try core.close(reason: "drained", lease: TestLog.lease, at: now) }
}

struct LogCoreTests {
    private func core(_ change: (inout LogSettings) -> Void = { _ in }) throws -> WatchedCore {
        var settings = LogSettings(segments: try #require(SegmentGeometry(size: 32_768)))
        settings.keysPerAppend = 40
        settings.mostKeysPerAppend = 40
        settings.keysLow = 20
        change(&settings)
        let source = SeededSource(5)
        return WatchedCore(
            LogCore(
                identity: TestLog.identity, settings: settings, bootID: .zero, master: TestLog.master, start: .new,
                random: { source.bytes($0) }))
    }

    private func ready(_ change: (inout LogSettings) -> Void = { _ in }) throws -> WatchedCore {
        let core = try core(change)
        while try core.nextKeyAppend() != nil { core.keyAppendCompleted() }
        while core.nextSegment() != nil { core.segmentPrepared() }
        return core
    }

    @Test func aNewLogAsksForKeysAndSegments() throws {
        let core = try core()
        #expect(core.nextWrite() == nil)
        #expect(throws: LedgerError.noRoom(full: false)) { try core.alert() }
        guard case .prepareSegment("seg/000000000000", let header, 32_768) = core.nextSegment() else {
            Issue.record("segment 0 should be asked for")
            return
        }
        #expect(SegmentHeader(header, number: 0, logID: TestLog.identity.id) != nil)
        #expect(core.nextSegment() == nil, "one at a time")
        core.segmentPrepared()
        #expect(throws: LedgerError.noKey(compartment: .administration)) { try core.alert() }
        guard case .prepareSegment("seg/000000000001", _, _) = core.nextSegment() else {
            Issue.record("a spare segment should be asked for")
            return
        }
        core.segmentPrepared()
        #expect(core.nextSegment() == nil)
        for _ in 0..<3 {
            #expect(try core.nextKeyAppend() != nil)
            core.keyAppendCompleted()
        }
        #expect(try core.nextKeyAppend() == nil)
        #expect(try core.alert() == 0)
    }

    @Test func oneWriteInFlightAndNaturalBatches() throws {
        let core = try ready()
        #expect(try core.alert() == 0)
        let first = try #require(core.nextWrite())
        #expect(first.indices == 0..<1 && first.offset == 64 && first.path == "seg/000000000000")
        #expect(try core.alert() == 1)
        #expect(try core.alert() == 2)
        #expect(core.nextWrite() == nil)
        #expect(core.durableCount == 0)
        #expect(core.completed(first) == 1)
        let second = try #require(core.nextWrite())
        #expect(second.indices == 1..<3)
        #expect(second.offset == 64 + UInt64(first.bytes.count))
        #expect(core.completed(second) == 3)
        #expect(core.nextWrite() == nil)
        #expect(core.isIdle)
        #expect(core.takeDurableLeaves()?.firstIndex == 0)
        #expect(core.takeDurableLeaves() == nil)
    }

    @Test func batchStartsTellWhatWasDurable() throws {
        let core = try ready { $0.batchRecords = 2 }
        for _ in 0..<5 { _ = try core.alert() }
        var starts: [UInt64] = []
        var salt: UInt64?
        while let write = core.nextWrite() {
            #expect(write.indices.count <= 2)
            var offset = 0
            while offset < write.bytes.count {
                write.bytes.withUnsafeBytes { bytes in
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
                    salt = salt ?? rest.load(bigEndianAt: 40)
                    if case .frame(let frame) = Frame.parse(rest, salt: salt ?? 0, logID: TestLog.identity.id) {
                        starts.append(frame.batchStart)
                        offset += frame.length
                    } else {
                        Issue.record("no frame at \(offset)")
                        offset = bytes.count
                    }
                }
            }
            _ = core.completed(write)
        }
        #expect(starts == [0, 0, 2, 2, 4])
    }

    @Test func batchesAreLimitedInBytes() throws {
        let core = try ready { $0.batchBytes = 4_096 }
        for _ in 0..<6 { _ = try core.alert(1_000) }
        var counts: [Int] = []
        while let write = core.nextWrite() {
            #expect(write.bytes.count <= 4_096)
            counts.append(write.indices.count)
            _ = core.completed(write)
        }
        #expect(counts == [3, 3])
    }

    @Test func aFailedWriteFencesForEver() throws {
        let core = try ready()
        _ = try core.alert()
        _ = try #require(core.nextWrite())
        core.failed()
        #expect(core.isFenced)
        #expect(core.durableCount == 0)
        #expect(core.nextWrite() == nil)
        #expect(core.nextSegment() == nil)
        #expect(try core.nextKeyAppend() == nil)
        #expect(throws: LedgerError.fenced) { try core.alert() }
        #expect(throws: LedgerError.fenced) { try core.takeKey() }
    }

    @Test func aFailedFlushOfKeysFences() throws {
        let core = try core()
        _ = try core.nextKeyAppend()
        core.keyAppendFailed(.io)
        #expect(core.isFenced)
        let second = try self.core()
        _ = try second.nextKeyAppend()
        second.keyAppendFailed(.noSpace)
        #expect(!second.isFenced)
        #expect(try second.nextKeyAppend() != nil)
    }

    @Test func aFullDiskRefusesRecordsButTakesTheLastWords() throws {
        let core = try ready()
        var refused: LedgerError?
        // Two segments are there; the third does not fit on the disk.
        while refused == nil {
            do throws(LedgerError) {
                _ = try core.alert(3_000)
            } catch {
                refused = error
            }
            if let write = core.nextWrite() { _ = core.completed(write) }
            if core.nextSegment() != nil { core.segmentFailed() }
            while try core.nextKeyAppend() != nil { core.keyAppendCompleted() }
        }
        #expect(refused == .noRoom(full: true))
        #expect(core.isDiskFull)
        let before = core.nextIndex
        #expect(try core.gap(seconds: 9) == before)
        let write = try #require(core.nextWrite())
        #expect(Int(write.offset) + write.bytes.count <= 32_768)
        _ = core.completed(write)
        // Space returns: the segment is asked for again, and records go on.
        #expect(core.nextSegment() != nil)
        core.segmentPrepared()
        #expect(!core.isDiskFull)
        #expect(try core.alert(3_000) == before + 1)
        #expect(core.nextWrite()?.path == "seg/000000000002")
    }

    @Test func longRecordsGoOnInFurtherFrames() throws {
        let core = try ready()
        let length = 100_000
        #expect(throws: LedgerError.noRoom(full: false)) { try core.alert(length) }
        while core.nextSegment() != nil { core.segmentPrepared() }
        let last = try core.alert(length)
        #expect(last == 4)
        var segments: [String] = []
        while let write = core.nextWrite() {
            segments.append(write.path)
            _ = core.completed(write)
        }
        #expect(segments == (0...4).map { "seg/00000000000\($0)" })
    }

    @Test func limits() throws {
        let core = try ready { $0.recordBytes = 2_000 }
        _ = try core.alert(1_900)
        #expect(throws: LedgerError.recordTooLong(limit: 2_000)) { try core.alert(2_001) }
        let behind = try ready { $0.stagedBytes = 1_000 }
        for _ in 0..<3 { _ = try behind.alert(100) }
        #expect(throws: LedgerError.noRoom(full: false)) { try behind.alert(100) }
        let untaken = try ready { $0.untakenLeaves = 2 }
        for _ in 0..<3 {
            _ = try untaken.alert()
            if let write = untaken.nextWrite() { _ = untaken.completed(write) }
        }
        #expect(throws: LedgerError.noRoom(full: false)) { try untaken.alert() }
        #expect(untaken.takeDurableLeaves()?.hashes.count == 3)
        #expect(try untaken.alert() == 3)
    }

    @Test func nothingFollowsClose() throws {
        let core = try ready()
        #expect(try core.close() == 0)
        #expect(throws: LedgerError.closed) { try core.alert() }
        #expect(core.nextWrite() != nil)
    }

    @Test func storageIsUsedAgain() throws {
        let core = try ready()
        // In a function of its own, at whose end nobody else holds the bytes.
        func written() throws -> UInt {
            _ = try core.alert()
            let write = try #require(core.nextWrite())
            defer { _ = core.completed(write) }
            return write.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        }
        let first = try written()
        _ = try written()
        #expect(try written() == first)
    }
}
