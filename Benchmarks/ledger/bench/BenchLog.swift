import Ledger
import LedgerTestKit
import Vocabulary

/// A log on real files with one exchange open in it, and the record that is written again and again.
struct BenchLog {
    let log: TestLog
    let exchange: Exchange
    let body: [UInt8]

    /// - Parameter segmentBytes: large enough for the whole run, so that it is prepared before the clock starts, as the
    ///   reference's file is.
    init(folder: String, batch: Int, recordBytes: Int, segmentBytes: Int) throws {
        guard let geometry = SegmentGeometry(size: segmentBytes) else { throw BenchError.badSize(segmentBytes) }
        var settings = LogSettings(segments: geometry)
        settings.batchRecords = batch
        // A batch is as many records as the reference's, whatever its bytes.
        settings.batchBytes = max(settings.batchBytes, batch * (recordBytes + 512))
        settings.spareSegments = 0
        log = try TestLog(
            try FileLedgerDriver(folder), settings: settings, seed: 1,
            now: LedgerTime(wall: Instant(seconds: 1_780_000_000), monotonic: 1))
        try log.commit()
        exchange = try log.core.beginExchange(at: log.now)
        let request = HopRecord.Request(
            caller: Caller(), head: RecordedRequestHead(method: "POST", path: "/", headers: RecordedHeaders()),
            received: Body([]))
        _ = try log.core.hop(
            HopRecord(hop: 0, deployment: DeploymentID("d"), outcome: .connect, request: request), decision: nil,
            in: exchange, lease: TestLog.lease, at: log.now)
        try log.commit()
        body = SeededRandom.body(recordBytes)
    }

    func stage() throws(LedgerError) {
        _ = try body.span.bytes.withUnsafeBytes { (bytes) throws(LedgerError) in
            try log.core.chunk(bytes, in: exchange, lease: TestLog.lease, at: log.now)
        }
    }

    /// The size of a segment that holds so many records and what stands before them.
    static func segmentBytes(records: Int, recordBytes: Int) -> Int {
        let bytes = (records + 64) * (recordBytes + 320) + 2 * SegmentGeometry.reserve
        return max(SegmentGeometry.minimumSize, (bytes + 4095) / 4096 * 4096)
    }
}

enum BenchError: Error, CustomStringConvertible {
    case badSize(Int)
    case writeFailed
    case notGood(String)

    var description: String {
        switch self {
        case .badSize(let size): "a segment of \(size) bytes is too large: ask for fewer records"
        case .writeFailed: "a write failed"
        case .notGood(let text): text
        }
    }
}

extension SeededRandom {
    static func body(_ count: Int) -> [UInt8] {
        var random = SeededRandom(7)
        return random.bytes(count)
    }
}
