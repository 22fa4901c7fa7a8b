internal import Ledger
internal import LedgerFiles

extension ArchiveReader {
    /// Calls `body` with each exchange of a range as one line of JSON, line end included: log after log, in each in the
    /// order in which they ended. Memory: the exchanges that ran at the same time.
    /// - Parameter withContent: every body in base64, too.
    package func export(
        _ range: ExportRange, withContent: Bool, _ body: ([UInt8]) -> Void
    ) throws(ArchiveError) {
        for log in try logs() {
            guard range.node ?? log.node == log.node, range.custody ?? log.custody == log.custody else { continue }
            let reader = reader(of: log)
            do throws(LedgerError) {
                try reader.exchanges { exchange throws(LedgerError) in
                    guard range.covers(exchange.began) else { return }
                    let report = try report(exchange, of: log, reader, nil)
                    body(report.json(withContent ? .content : .facts) + [0x0A])
                }
            } catch { throw .ledger(error, log: path(of: log)) }
        }
    }
}
