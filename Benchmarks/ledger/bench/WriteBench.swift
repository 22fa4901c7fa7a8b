import Files
import Ledger
import LedgerFiles
import LedgerTestKit
import Runtime

/// Durable records, as a node writes them: one thread stages and seals, one writes and flushes, with one write in
/// flight; a third publishes tiles and a signed checkpoint every 10,000 records, as `LogPublisher` does it.
struct WriteBench {
    private let log: BenchLog
    private let records: Int
    private let batch: Int
    private let writer = Confined<FileEffects>(name: "writer")
    private let background = Confined<FileEffects>(name: "tree")

    /// What a thread of the disk hands back.
    private final class Outcome: Sendable {
        private let gate = Gate()
        private let failure = Lock<LedgerFailure?>(nil)

        func end(_ failed: LedgerFailure?) {
            failure.withLock { $0 = failed }
            gate.open()
        }

        func wait() throws {
            gate.wait()
            if failure.withLock({ $0 }) != nil { throw BenchError.writeFailed }
        }
    }

    init(folder: String, batch: Int, recordBytes: Int, records: Int) throws {
        log = try BenchLog(
            folder: folder, batch: batch, recordBytes: recordBytes,
            segmentBytes: BenchLog.segmentBytes(records: records, recordBytes: recordBytes))
        self.records = records
        self.batch = batch
        try writer.open { () throws(FileError) in try FileEffects(folder) }
        try background.open { () throws(FileError) in try FileEffects(folder) }
    }

    func run() throws -> String {
        let watch = Stopwatch()
        var writes = 0
        var inFlight: (write: SegmentWrite, outcome: Outcome)?
        let publishing = Publishing(log: log.log, disk: background)
        for begun in stride(from: 0, to: records, by: batch) {
            for _ in begun..<min(begun + batch, records) { try log.stage() }
            if let (write, outcome) = inFlight {
                try outcome.wait()
                log.log.core.completed(write)
            }
            inFlight = try submit()
            writes += 1
            try publishing.pump()
        }
        while let (write, outcome) = inFlight {
            try outcome.wait()
            log.log.core.completed(write)
            inFlight = log.log.core.isIdle ? nil : try submit()
        }
        let seconds = watch.seconds
        let processor = watch.processorSeconds
        try publishing.finish()
        writer.finish()
        background.finish()
        guard log.log.durableCount == log.log.nextIndex else { throw BenchError.writeFailed }
        return """
            {"records": \(records), "seconds": \(seconds), "processor_seconds": \(processor), "writes": \(writes), \
            "records_per_second": \(Double(records) / seconds)}
            """
    }

    private func submit() throws -> (SegmentWrite, Outcome)? {
        guard let write = log.log.core.nextWrite() else { return nil }
        let outcome = Outcome()
        let effect = write.effect
        writer.submit { disk in outcome.end(WriteBench.perform(effect, disk)) }
        return (write, outcome)
    }

    private static func perform(_ effect: LedgerEffect, _ disk: FileEffects) -> LedgerFailure? {
        do throws(FileError) {
            try disk.perform(effect)
            return nil
        } catch { return FileEffects.failure(error) }
    }

    /// The lane of tiles and checkpoints.
    private final class Publishing {
        private let log: TestLog
        private let disk: Confined<FileEffects>
        private var done: Lock<LedgerFailure??> = Lock(nil)
        private var isRunning = false
        private var covered: UInt64 = 0

        init(log: TestLog, disk: Confined<FileEffects>) {
            self.log = log
            self.disk = disk
        }

        func pump() throws {
            if let leaves = log.core.takeDurableLeaves() { log.publisher.add(leaves) }
            if isRunning {
                guard let outcome = done.withLock({ $0 }) else { return }
                guard outcome == nil else { throw BenchError.writeFailed }
                log.publisher.completed()
                isRunning = false
            }
            if log.publisher.size >= covered + 10_000 {
                covered = log.publisher.size
                try log.publisher.publish(at: log.now)
            }
            guard let effect = log.publisher.nextEffect() else { return }
            isRunning = true
            done.withLock { $0 = nil }
            let done = done
            disk.submit { disk in
                let outcome = WriteBench.perform(effect, disk)
                done.withLock { $0 = .some(outcome) }
            }
        }

        /// Full tiles wait for the next checkpoint, so there is a last one.
        func finish() throws {
            while isRunning || !log.publisher.isIdle {
                try pump()
                if !isRunning { try log.publisher.publish(at: log.now) }
            }
        }
    }
}
