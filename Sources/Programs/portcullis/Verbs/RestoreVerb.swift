internal import Backup
internal import Installation
internal import JSON
internal import Runtime
internal import Vocabulary

enum RestoreVerb: Verb {
    static let name = "restore"
    static let summary = "make an installation of a backup; everything is verified before the folder is there"
    static let options: [Option] = [
        Option("--from", "BACKUP", required: true, "the folder of the backup"),
        Option("--data", "DIR", environment: "PORTCULLIS_DATA", required: true, "not there yet, or empty"),
        .passphraseFile,
        Option(
            "--at-least", "CHECKPOINT",
            "a file with a checkpoint of one of the logs; a backup that ends before it is refused; may be given again"),
        .json,
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let report: Restore.Report
        do throws(BackupError) {
            report = try Restore(from: Path.folder(arguments["--from"] ?? ""), program: Program.version).write(
                to: Path.folder(arguments["--data"] ?? ""), passphrase: arguments["--passphrase-file"] ?? "",
                atLeast: arguments.all("--at-least"))
        } catch { throw BackupVerb.fault(error) }
        if arguments.has("--json") {
            Terminal.print(bytes: json(report) + [0x0A])
        } else {
            Terminal.print(text(report))
        }
        return .done
    }

    private static func text(_ report: Restore.Report) -> String {
        let manifest = report.manifest
        let records = manifest.logs.reduce(0) { $0 + $1.records }
        let lines = [
            "restored the backup of \(manifest.made) to \(report.folder.root): \(manifest.logs.count) logs with \(records) "
                + "records, all verified; \(report.cutsInForce) cut-offs in force",
            "what is missing now:",
        ]
        return
            (lines + report.missing.map { "  - " + $0 } + ["start it with `portcullis up --data \(report.folder.root)`"])
            .joined(separator: "\n")
    }

    private static func json(_ report: Restore.Report) -> [UInt8] {
        let manifest = report.manifest
        var writer = JSONWriter()
        writer.object { object in
            object.member("path", report.folder.root)
            object.member("made_at", manifest.made.description)
            object.member("incarnation", report.incarnation.name)
            object.member("cuts_in_force", report.cutsInForce)
            object.member(
                "logs",
                array: { list in
                    for log in manifest.logs {
                        list.object { entry in
                            entry.member("origin", log.origin)
                            entry.member("path", log.path)
                            entry.member("records", log.records)
                            entry.member("verified", true)
                        }
                    }
                })
            object.member("missing", array: { list in for text in report.missing { list.string(text) } })
        }
        return writer.bytes
    }
}
