internal import Files
internal import Ledger
package import Runtime
package import Telemetry

/// What a node counts of its logs' writes, all logs together.
@EventLoop
package final class LedgerMetrics {
    private let flushes: Histogram
    private let batches: Histogram
    private let records: Metrics.Counter
    private let bytes: Metrics.Counter

    package init(_ registry: Metrics) {
        flushes = registry.histogram(
            "portcullis_ledger_flush_seconds", "From a write handed to the disk's thread to its flush having returned.")
        batches = registry.histogram(
            "portcullis_ledger_batch_records", "Records that shared one write and flush.", [], .counts)
        records = registry.counter("portcullis_ledger_records_total", "Records made durable.")
        bytes = registry.counter("portcullis_ledger_written_bytes_total", "Bytes of records made durable.")
    }

    func flushed(records count: Int, bytes length: Int, nanoseconds: UInt64) {
        flushes.observe(nanoseconds: nanoseconds)
        batches.observe(UInt64(count))
        records.add(UInt64(count))
        bytes.add(UInt64(length))
    }
}

extension NodeLedger {
    /// Gauges of all logs together.
    package func addGauges(to registry: Metrics) {
        registry.gauge("portcullis_ledger_logs", "Logs that are open.") { [unowned self] in allLogs.count }
        registry.gauge("portcullis_ledger_waiting_records", "Records that are staged and not durable yet.") {
            [unowned self] in allLogs.reduce(0) { $0 + Int(clamping: $1.nextIndex - $1.durableCount) }
        }
        registry.gauge("portcullis_ledger_staged_bytes", "Bytes that wait for the disk, in the log with the most.") {
            [unowned self] in allLogs.map(\.stagedByteCount).max() ?? 0
        }
        registry.gauge("portcullis_ledger_staged_limit_bytes", "Bytes that may wait for the disk in one log.") {
            [unowned self] in stagedByteLimit
        }
        registry.gauge("portcullis_ledger_full", "1 while a log finds no space on its disk.") { [unowned self] in
            allLogs.contains(where: \.isDiskFull) ? 1 : 0
        }
        registry.gauge("portcullis_ledger_well", "1 while all logs take records.") { [unowned self] in isWell ? 1 : 0 }
        let root = root
        registry.measure("portcullis_ledger_free_bytes", "Free space on the ledger's volume.") {
            Double(Volume.freeBytes(root) ?? 0)
        }
    }
}
