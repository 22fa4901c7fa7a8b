// Proves that the register read from a folder has every event that any node recorded, while logs are being written, and
// that a missing or unreadable one is an error.
import Archive
import CBOR
import CutOff
import Files
import Installation
import Ledger
import LedgerTestKit
import Testing
import Vocabulary

struct RegisterTests {
    private func cut(_ id: String, vendor: StaticString = "anthropic") throws -> CutEvent {
        .cut(
            try #require(CutEventID("event-" + id)),
            try Cut(
                id: try #require(CutID(id)), scope: CutScope(vendor: VendorID(vendor)), reason: "a letter came",
                basis: try CutBasis(fileName: "letter.pdf", digest: [UInt8](repeating: 7, count: 32), length: 10),
                orderedBy: .peer(uid: 0), at: Instant(seconds: 1_782_864_000)))
    }

    private func signature(_ id: String, of cut: String) throws -> CutEvent {
        .signature(
            try #require(CutEventID("event-" + id)),
            ReopeningSignature(
                cut: try #require(CutID(cut)), person: PersonID("p1"), account: AccountID("a1"), key: KeyID("k1"),
                at: Instant(seconds: 1_782_864_100)))
    }

    @Test func everyEventOfEveryNodeOnce() throws {
        let archive = try ArchiveFolder()
        let console = try ArchiveFolder.identity("console", "register")
        let gateway = try ArchiveFolder.identity("gw1", "register")
        #expect(try archive.reader.registerEvents() == [])
        let first = try cut("c1")
        try archive.record(first, in: console)
        try archive.record(first, in: gateway)
        #expect(try archive.reader.registerEvents() == [first])
        let second = try cut("c2", vendor: "openai")
        let third = try signature("s1", of: "c1")
        try archive.record(second, in: gateway)
        try archive.record(third, in: console)
        #expect(try archive.reader.registerEvents() == [first, second, third])
    }

    @Test func otherLogsAreNotRead() throws {
        let archive = try ArchiveFolder()
        try archive.record(try cut("c1"), in: try ArchiveFolder.identity("gw1", "control"))
        #expect(try archive.reader.registerEvents() == [])
        #expect(try archive.reader.logs().map(\.custody.text) == ["control"])
    }

    @Test func anEventThatCannotBeReadIsNamed() throws {
        let archive = try ArchiveFolder()
        let identity = try ArchiveFolder.identity("gw1", "register")
        let log = try archive.log(identity)
        let record = ActRecord(actor: RecordedActor(peer: 0), about: .map([("event", .bytes([1, 2, 3]))]))
        _ = try log.core.act(.cut, record, lease: TestLog.lease, at: log.now)
        try log.commit()
        #expect {
            _ = try archive.reader.registerEvents()
        } throws: { error in
            guard case .badEvent(let reference, _) = error as? ArchiveError else { return false }
            return reference == identity.reference(to: 1)
        }
    }

    @Test func aLogThatLostWhatItsCheckpointPromisesIsAnError() throws {
        let archive = try ArchiveFolder()
        let identity = try ArchiveFolder.identity("gw1", "register")
        try archive.record(try cut("c1"), in: identity)
        try archive.log(identity).publish()
        #expect(try archive.reader.registerEvents().count == 1)
        // One bit of the event's frame turns: what follows it cannot be reached either.
        let path = archive.folder.root + "/" + identity.folder + "/seg/000000000000"
        var segment = try WholeFile.read(path, limit: 1 << 20)
        let last = try #require(segment.lastIndex { $0 != 0 })
        segment[last] ^= 1
        try WholeFile.replace(path, segment)
        #expect(throws: ArchiveError.self) { _ = try archive.reader.registerEvents() }
    }

    @Test func aLogThatIsBeingMadeIsLeftOut() throws {
        let archive = try ArchiveFolder()
        try Folder.create(archive.folder.ledger + "/gw1/register-2026")
        try Folder.create(archive.folder.ledger + "/gw1/notes")
        #expect(try archive.reader.registerEvents() == [])
    }
}
