// Proves the order of publishing: what a checkpoint covers is flushed before it, the note before it is shown, sizes
// and days never fall, and after an I/O error nothing is signed any more.
import Crypto
import LedgerTestKit
import MerkleLog
import Testing
import Vocabulary

@testable import Ledger

/// The publisher behind a reference, since the test macros copy what they look at.
private final class Publisher {
    private var publisher: LogPublisher
    var now = ExchangeTests.start

    init() throws {
        let source = SeededSource(3)
        let keys = try LogKeys(
            folder: Boxed(SimulatedDisk()), identity: TestLog.identity, master: TestLog.master,
            random: { source.bytes($0) })
        publisher = LogPublisher(identity: TestLog.identity, signer: keys.takeSigner(), start: .new)
    }

    var key: VerifierKey { publisher.key }
    var published: Checkpoint? { publisher.published }
    var isFenced: Bool { publisher.isFenced }
    var isIdle: Bool { publisher.isIdle }
    var isDue: Bool { publisher.isDue(at: now) }

    func add(_ count: Int) {
        let hasher = MerkleHasher()
        let bytes = (0..<count).flatMap { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: Leaf.length) }
        let hashes = (0..<count).map { hasher.leaf(Array(bytes[$0 * Leaf.length..<($0 + 1) * Leaf.length])) }
        publisher.add(DurableLeaves(firstIndex: publisher.size, hashes: hashes, bytes: bytes))
    }

    func publish() throws(LedgerError) { try publisher.publish(at: now) }
    func settleSoon() { publisher.settleSoon() }
    func nextEffect() -> LedgerEffect? { publisher.nextEffect() }
    func completed() { publisher.completed() }
    func failed(_ failure: LedgerFailure) { publisher.failed(failure) }

    /// What each effect is about, all of them completed.
    func drain() -> [String] {
        var steps: [String] = []
        while let effect = publisher.nextEffect() {
            switch effect {
            case .append(let path, let offset, _): steps.append("append \(path)@\(offset)")
            case .replace(let path, _): steps.append(path)
            case .derive(let files): steps += files.map(\.path)
            case .settle(let paths, let mark):
                steps.append("settle \(String(decoding: mark.bytes, as: UTF8.self).dropLast()): \(paths.count)")
            case .removeFolder(let path): steps.append("remove \(path)")
            default: Issue.record("an unexpected effect")
            }
            publisher.completed()
        }
        return steps
    }
}

struct PublisherTests {
    @Test func order() throws {
        let publisher = try Publisher()
        publisher.add(3)
        try publisher.publish()
        #expect(
            publisher.drain() == [
                "tile/0/000.p/3", "tile/entries/000.p/3", "append checkpoints/2026-06-18@0", "checkpoint",
            ])
        publisher.add(254)
        try publisher.publish()
        let steps = publisher.drain()
        #expect(
            steps.prefix(6) == [
                "tile/entries/000", "tile/0/000", "tile/0/001.p/1", "tile/entries/001.p/1", "tile/1/000.p/1",
                steps[5],
            ])
        #expect(steps[5].hasPrefix("append checkpoints/2026-06-18@") && !steps[5].hasSuffix("@0"))
        #expect(steps.suffix(3) == ["checkpoint", "remove tile/entries/000.p", "remove tile/0/000.p"])
        #expect(publisher.isIdle)
        #expect(publisher.published?.size == 257)
    }

    @Test func fullTilesWaitForTheCheckpointOrForOneAnother() throws {
        let publisher = try Publisher()
        publisher.add(600)
        #expect(publisher.drain().isEmpty)
        publisher.add(15 * 256)
        let paths = publisher.drain()
        #expect(paths.count == 32)
        #expect(paths.prefix(4) == ["tile/entries/000", "tile/0/000", "tile/entries/001", "tile/0/001"])
        #expect(publisher.published == nil)
        publisher.add(256)
        try publisher.publish()
        #expect(publisher.drain().contains("tile/0/016"))
    }

    @Test func whatIsDerivedIsSettledNowAndThen() throws {
        let publisher = try Publisher()
        publisher.add(700)
        try publisher.publish()
        #expect(!publisher.drain().contains { $0.hasPrefix("settle") })
        publisher.add(1)
        publisher.settleSoon()
        try publisher.publish()
        #expect(publisher.drain().last == "settle 512: 4")
        publisher.settleSoon()
        publisher.add(66)
        try publisher.publish()
        #expect(!publisher.drain().contains { $0.hasPrefix("settle") }, "no tile became full")
        publisher.add(65_536)
        try publisher.publish()
        // 256 tiles with their bundles, and one of the next level.
        #expect(publisher.drain().contains("settle 66048: 513"))
    }

    @Test func nothingNewIsNotPublished() throws {
        let publisher = try Publisher()
        try publisher.publish()
        #expect(publisher.nextEffect() == nil)
        publisher.add(1)
        #expect(publisher.isDue)
        try publisher.publish()
        #expect(!publisher.drain().isEmpty)
        #expect(!publisher.isDue)
        try publisher.publish()
        #expect(publisher.nextEffect() == nil)
    }

    @Test func due() throws {
        let publisher = try Publisher()
        publisher.add(1)
        try publisher.publish()
        _ = publisher.drain()
        publisher.add(1)
        #expect(!publisher.isDue)
        publisher.now.wall.nanoseconds += 999_999_999
        #expect(!publisher.isDue)
        publisher.now.wall.nanoseconds += 1
        #expect(publisher.isDue)
        publisher.now = ExchangeTests.start
        publisher.add(9_998)
        #expect(!publisher.isDue)
        publisher.add(1)
        #expect(publisher.isDue)
    }

    @Test func daysNeverFall() throws {
        let publisher = try Publisher()
        publisher.now.wall = try #require(Instant("2026-07-01T00:00:00Z"))
        publisher.add(1)
        try publisher.publish()
        #expect(publisher.drain().contains("append checkpoints/2026-07-01@0"))
        publisher.now.wall = try #require(Instant("2026-06-30T23:59:59Z"))
        publisher.add(1)
        try publisher.publish()
        let steps = publisher.drain()
        #expect(steps.contains { $0.hasPrefix("append checkpoints/2026-07-01@") && !$0.hasSuffix("@0") })
        publisher.now.wall = try #require(Instant("2026-07-02T00:00:00Z"))
        publisher.add(1)
        try publisher.publish()
        #expect(publisher.drain().contains("append checkpoints/2026-07-02@0"))
    }

    @Test func publishedOnlyWhenTheNoteIsFlushed() throws {
        let publisher = try Publisher()
        publisher.add(5)
        try publisher.publish()
        while let effect = publisher.nextEffect() {
            if case .append = effect { break }
            publisher.completed()
        }
        #expect(publisher.published == nil)
        publisher.completed()
        #expect(publisher.published?.size == 5)
        guard case .derive(let shown) = publisher.nextEffect(), shown.map(\.path) == [LogPath.checkpoint] else {
            Issue.record("the note should be shown now")
            return
        }
        #expect(try PublishedCheckpoints.verified(shown[0].bytes, by: publisher.key) == publisher.published)
    }

    @Test func aFullDiskGivesUpThisPublicationOnly() throws {
        let publisher = try Publisher()
        publisher.add(260)
        try publisher.publish()
        _ = publisher.nextEffect()
        publisher.failed(.noSpace)
        #expect(!publisher.isFenced && publisher.published == nil)
        try publisher.publish()
        let steps = publisher.drain()
        #expect(steps.contains("tile/0/000") && steps.contains("tile/entries/000") && steps.contains("checkpoint"))
        #expect(publisher.published?.size == 260)
    }

    @Test func aTornEntryIsCutOffBeforeTheNext() throws {
        let publisher = try Publisher()
        publisher.add(5)
        try publisher.publish()
        var path = ""
        while let effect = publisher.nextEffect() {
            if case .append(let entries, 0, _) = effect {
                path = entries
                publisher.failed(.noSpace)
                break
            }
            publisher.completed()
        }
        try publisher.publish()
        var isCut = false
        while let effect = publisher.nextEffect() {
            if effect == .truncate(path: path, length: 0) { isCut = true }
            if case .append = effect { #expect(isCut) }
            publisher.completed()
        }
        #expect(isCut && publisher.published?.size == 5)
    }

    @Test func anErrorEndsTheSigning() throws {
        let publisher = try Publisher()
        publisher.add(5)
        try publisher.publish()
        while let effect = publisher.nextEffect() {
            if case .append = effect {
                publisher.failed(.io)
                break
            }
            publisher.completed()
        }
        #expect(publisher.isFenced)
        #expect(publisher.nextEffect() == nil)
        publisher.add(1)
        try publisher.publish()
        #expect(publisher.nextEffect() == nil && publisher.published == nil && !publisher.isDue)
    }
}
