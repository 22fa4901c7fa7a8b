internal import Bytes
internal import CBOR
internal import Files
internal import Ledger
internal import LedgerTestKit
internal import MerkleLog
internal import Vocabulary

/// A data folder with one log of random exchanges, its master key, its public key, and the books that a client and an
/// upstream would have kept.
struct SampleLedger {
    let folder: String
    let seed: UInt64
    let geometry: SegmentGeometry

    init(_ folder: String, seed: UInt64, geometry: SegmentGeometry) {
        self.folder = folder
        self.seed = seed
        self.geometry = geometry
    }

    func write(exchanges: Int, runs: Int) throws {
        var book: [BookEntry] = []
        var vkey = ""
        var now = LedgerTime(wall: Instant(seconds: 1_782_863_990), monotonic: 1_000_000_000)
        let disk = try FileLedgerDriver(folder + "/" + TestLog.identity.folder)
        for run in 1...max(1, runs) {
            let log = try TestLog(
                disk, settings: LogSettings(segments: geometry), seed: seed &* 1_000 &+ UInt64(run), now: now)
            vkey = log.publisher.key.description
            let traffic = SampleTraffic(log, seed: seed &* 7_919 &+ UInt64(run))
            let share = exchanges / max(1, runs)
            var published = 0
            while traffic.book.count < share {
                try traffic.step()
                if traffic.count % 3 == 0 { try log.commit() }
                // About twenty checkpoints a run.
                if traffic.book.count >= published + max(1, share / 20) {
                    published = traffic.book.count
                    try log.publish()
                }
            }
            try traffic.finish()
            try act(log)
            try log.close()
            book += traffic.book
            log.advance(milliseconds: 60_000)
            now = log.now
        }
        try SampleProgram.write(TestLog.master.fileBytes, to: folder + "/master.key", permissions: 0o600)
        try SampleProgram.write(Array((vkey + "\n").utf8), to: folder + "/logs.vkey")
        try SampleProgram.write(CBOR.array(book.map(item)).encoded(), to: folder + "/book.cbor")
    }

    /// Records of administration, one of each kind that is not an exchange's.
    private func act(_ log: TestLog) throws {
        let actor = RecordedActor(person: PersonID("p7"), account: AccountID("a7"), key: KeyID("k7"), peer: 1000)
        let cut = CBOR.map([("event", .bytes(Array("event".utf8)))])
        _ = try log.core.act(.cut, ActRecord(actor: actor, about: cut), lease: TestLog.lease, at: log.now)
        let alert = CBOR.map([("kind", .text("conflict")), ("detail", .text("GB and HK"))])
        let service = RecordedActor(service: "location")
        _ = try log.core.act(.alert, ActRecord(actor: service, about: alert), lease: TestLog.lease, at: log.now)
        let minute = log.now.wall.adding(seconds: -60)..<log.now.wall
        _ = try log.core.gap(minute, reason: "disk full", refused: 3, lease: TestLog.lease, at: log.now)
    }

    private func item(_ entry: BookEntry) -> CBOR {
        func list(_ items: [[UInt8]]) -> CBOR { .array(items.map { .bytes($0) }) }
        return .map([
            ("index", .unsigned(entry.index)), ("received", .bytes(entry.received)), ("sent", list(entry.sent)),
            ("returned", list(entry.returned)), ("shown", .bytes(entry.shown)), ("decisions", list(entry.decisions)),
            ("end", .text(entry.end)),
        ])
    }
}
