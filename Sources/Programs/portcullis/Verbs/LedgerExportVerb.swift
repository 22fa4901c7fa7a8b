internal import Archive
internal import Vocabulary

enum LedgerExportVerb: Verb {
    static let name = "ledger export"
    static let summary = "print the exchanges of a range from the folder, one JSON line each"
    static let options: [Option] = [
        .data, .json,
        Option("--from", "TIME", "those that began at or after, such as 2026-06-18T00:00:00Z"),
        Option("--to", "TIME", "those that began before"),
        Option("--node", "NODE", "of one node"), Option("--custody", "CUSTODY", "of one custody of records"),
        Option("--content", nil, "with every body, in base64"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        var range = ExportRange()
        let time = "an instant such as 2026-06-18T00:00:00Z"
        range.from = try arguments.value("--from", time) { Instant($0) } ?? range.from
        range.to = try arguments.value("--to", time) { Instant($0) } ?? range.to
        range.node = try arguments.value("--node", "the id of a node") { NodeID($0) }
        range.custody = try arguments.value("--custody", "the id of a custody") { CustodyID($0) }
        let archive = try OfflineArchive.open(arguments)
        do throws(ArchiveError) {
            try archive.export(range, withContent: arguments.has("--content")) { Terminal.print(bytes: $0) }
        } catch { throw OfflineArchive.fault(error) }
        return .done
    }
}
