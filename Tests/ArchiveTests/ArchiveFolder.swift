// A data folder on disk with logs of any node and custody, written by the ledger's own code.
import Archive
import Bytes
import CBOR
import Crypto
import CutOff
import Files
import Installation
import Ledger
import LedgerTestKit
import Vocabulary

/// Removed with its owner.
final class ArchiveFolder {
    let folder: DataFolder
    private var open: [LogIdentity: TestLog] = [:]

    init() throws {
        let name = Hex.encode(SecureRandom.bytes(8))
        folder = DataFolder("/tmp/portcullis-archive-\(name)")
        try Folder.create(folder.bundles)
    }

    deinit { try? Folder.remove(folder.root) }

    var reader: ArchiveReader { ArchiveReader(folder: folder, master: TestLog.master) }

    static func identity(_ node: StaticString, _ custody: StaticString) throws -> LogIdentity {
        try LogIdentity(
            node: NodeID(node), custody: CustodyID(custody), year: 2026,
            origin: "meridian.example/ledger/\(node)/\(custody)-2026")
    }

    /// The log, opened once.
    func log(_ identity: LogIdentity) throws -> TestLog {
        if let log = open[identity] { return log }
        let log = try TestLog(
            FileLedgerDriver(folder.root + "/" + identity.folder),
            settings: LogSettings(segments: SegmentGeometry(size: 65_536) ?? .standard), seed: UInt64(open.count + 1),
            now: LedgerTime(wall: Instant(seconds: 1_782_864_000), monotonic: 1_000_000_000), identity: identity)
        open[identity] = log
        return log
    }

    func record(_ event: CutEvent, in identity: LogIdentity) throws {
        let log = try log(identity)
        let type: RecordType = if case .cut = event { .cut } else { .reopen }
        _ = try log.core.act(
            type,
            ActRecord(actor: RecordedActor(peer: 1000), about: .map([("event", .bytes(event.encoded))])),
            lease: TestLog.lease, at: log.now)
        try log.commit()
    }
}
