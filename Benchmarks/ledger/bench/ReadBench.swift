import Files
import Ledger
import LedgerFiles
import LedgerTestKit
import MerkleLog

/// Reads a log of its own again: recovery of all of it, as after the loss of its tiles, and verification as the
/// auditor's program does it. The files are in the page cache, so the figures are the processor's, on one core.
struct ReadBench {
    private let folder: String
    private let log: BenchLog
    private let records: Int

    init(folder: String, records: Int, recordBytes: Int) throws {
        self.folder = folder
        self.records = records
        let segment = min(64 << 20, BenchLog.segmentBytes(records: records, recordBytes: recordBytes))
        log = try BenchLog(folder: folder, batch: 64, recordBytes: recordBytes, segmentBytes: segment)
        for begun in stride(from: 0, to: records, by: 64) {
            for _ in begun..<min(begun + 64, records) {
                do throws(LedgerError) { try log.stage() } catch {
                    try log.log.commit()
                    try log.stage()
                }
            }
            try log.log.commit()
            if begun % 6_400 == 0 { try log.log.publish() }
        }
        try log.log.close()
    }

    func run() throws -> String {
        let bytes = try bytes()
        let disk = try FileLedgerDriver(folder)
        try disk.perform(.removeFolder(path: "tile"))
        var best = (seconds: Double.infinity, processor: Double.infinity)
        for _ in 0..<3 {
            let watch = Stopwatch()
            let recovered = try LogRecovery(
                folder: FileLogFolder(folder), identity: TestLog.identity, key: log.log.publisher.key,
                geometry: .standard
            ) { _ in }.run()
            best = (min(best.seconds, watch.seconds), min(best.processor, watch.processorSeconds))
            guard recovered.wasRebuilt, recovered.checkpointSize == log.log.nextIndex else {
                throw BenchError.notGood("the log was not recovered whole")
            }
        }
        var verified = Double.infinity
        for _ in 0..<3 {
            let watch = Stopwatch()
            let report = LogVerifier.verify(FileLogFolder(folder), anchors: [])
            verified = min(verified, watch.processorSeconds)
            guard report.isGood, report.size == log.log.nextIndex else {
                throw BenchError.notGood("the log does not verify: \(report.problems)")
            }
        }
        return """
            {"frames": \(log.log.nextIndex), "bytes": \(bytes), "recovery_mb_per_second": \
            \(Double(bytes) / best.seconds / 1e6), "recovery_mb_per_processor_second": \
            \(Double(bytes) / best.processor / 1e6), "verified_leaves_per_second": \
            \(Double(log.log.nextIndex) / verified)}
            """
    }

    private func bytes() throws -> Int {
        let reader = LedgerReader(
            folder: FileLogFolder(folder), identity: TestLog.identity, masters: [TestLog.master])
        var total = 0
        try reader.frames { frame, _ throws(LedgerError) in
            total += frame.length
            return true
        }
        return total
    }
}
