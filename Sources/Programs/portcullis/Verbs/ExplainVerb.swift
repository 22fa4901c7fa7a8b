internal import AdministrationClient
internal import Archive
internal import Vocabulary

/// Through the console when it runs, which records that somebody read; else from the folder.
enum ExplainVerb: Verb {
    static let name = "explain"
    static let summary =
        "explain a reference (portcullis-ref): who asked, every decision with its grounds, what went where"
    static let options: [Option] = [
        .data, .json,
        Option(
            "--replay", nil, "decide again on the bundle of that time, from the folder; exit status 1 when it differs"),
    ]
    static let operandNames = "REF"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let reference = try OfflineArchive.reference(arguments.operands[0])
        let console = Console(arguments)
        let answer: AdminAnswer
        do throws(AdminFailure) {
            answer = try console.client.call("GET", "/api/explain/\(reference)")
        } catch {
            Terminal.complain("explain: the console does not answer: reading the folder, which leaves no record of it")
            return try explainOffline(reference, arguments)
        }
        if arguments.has("--replay") {
            // The console has recorded the reading. What it says is not taken for the replay.
            _ = try console.read(answer)
            return try explainOffline(reference, arguments)
        }
        console.show(try console.read(answer)) { $0.cell("text") }
        return .done
    }

    private static func explainOffline(
        _ reference: Reference, _ arguments: Arguments
    ) throws(Arguments.Fault) -> ExitStatus {
        let archive = try OfflineArchive.open(arguments)
        let report: ArchiveReport
        do throws(ArchiveError) { report = try archive.explanation(of: reference) } catch {
            throw OfflineArchive.fault(error)
        }
        if arguments.has("--json") {
            Terminal.print(bytes: report.json + [0x0A])
        } else {
            Terminal.print(report.text)
        }
        guard arguments.has("--replay") else { return .done }
        if !arguments.has("--json") {
            Terminal.print(report.isReplayed ? "replay: identical grounds" : "replay: NOT identical, see above")
        }
        return report.isReplayed ? .done : .no
    }
}
