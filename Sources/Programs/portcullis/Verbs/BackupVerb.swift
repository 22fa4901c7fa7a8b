internal import Backup
internal import Installation
internal import JSON
internal import Runtime
internal import Vocabulary

enum BackupVerb: Verb {
    static let name = "backup"
    static let summary = "copy an installation, running or not, into a folder that is verified after it is written"
    static let options: [Option] = [
        .data, Option("--to", "NEWDIR", required: true, "the folder of the backup; not there yet, or empty"),
        .passphraseFile, .json,
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let data = DataFolder(Path.folder(arguments["--data"] ?? "."))
        let report: Backup.Report
        do throws(BackupError) {
            report = try Backup(of: data, program: Program.version).write(
                to: Path.folder(arguments["--to"] ?? ""), passphrase: arguments["--passphrase-file"] ?? "",
                now: Instant(nanoseconds: Clocks.wall))
        } catch { throw fault(error) }
        if arguments.has("--json") {
            Terminal.print(bytes: json(report) + [0x0A])
        } else {
            Terminal.print(text(report))
        }
        return .done
    }

    static func fault(_ error: BackupError) -> Arguments.Fault {
        Arguments.Fault(message: error.message, status: error.isAnswer ? .no : .unavailable)
    }

    private static func text(_ report: Backup.Report) -> String {
        let manifest = report.manifest
        let leftOut = manifest.logs.reduce(0) { $0 + $1.leftOut }
        return """
            backup of \(manifest.made) in \(report.path): \(manifest.logs.count) logs with \(report.records) records, \
            \(manifest.files.count) files, \(report.bytes) bytes; written, read again and verified
            \(leftOut > 0 ? "\(leftOut) records that no checkpoint covers yet are not in it\n" : "")\
            without its passphrase it cannot be restored
            """
    }

    private static func json(_ report: Backup.Report) -> [UInt8] {
        let manifest = report.manifest
        var writer = JSONWriter()
        writer.object { object in
            object.member("path", report.path)
            object.member("made_at", manifest.made.description)
            object.member("verified", true)
            object.member("records", report.records)
            object.member("bytes", report.bytes)
            object.member("files", manifest.files.count)
            object.member("revision", manifest.revision)
            object.member("active_bundle", manifest.activeBundle)
            object.member(
                "logs",
                array: { list in
                    for log in manifest.logs {
                        list.object { entry in
                            entry.member("origin", log.origin)
                            entry.member("path", log.path)
                            entry.member("records", log.records)
                            entry.member("left_out", log.leftOut)
                        }
                    }
                })
        }
        return writer.bytes
    }
}

extension Option {
    static let passphraseFile = Option(
        "--passphrase-file", "FILE", environment: "PORTCULLIS_PASSPHRASE_FILE", required: true,
        "its first line is the passphrase of the backup; mode 0600")
}
