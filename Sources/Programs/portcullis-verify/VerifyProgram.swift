internal import Bytes
internal import Files
internal import Glibc
internal import Ledger
internal import LedgerFiles
internal import MerkleLog

/// The auditor's program: reads a folder, needs no network, no database, no content key.
enum VerifyProgram {
    static let usage = """
        usage: portcullis-verify DIR [--key FILE] [--json]

          DIR         a data folder, its ledger folder, or the folder of one node or one log
          --key FILE  public keys of the logs, one line each (C2SP signed-note), that came by another way than DIR
          --json      the report as one JSON object

        exit status: 0 everything is as it must be, 1 it is not, 2 wrong use
        """

    enum Status {
        static let good: Int32 = 0
        static let notGood: Int32 = 1
        static let wrongUse: Int32 = 2
    }

    struct Arguments {
        var folder = ""
        var keyFile: String?
        var isJSON = false
        var isHelp = false
    }

    struct UsageError: Error {
        let text: String
    }

    static func run(_ words: [String]) -> Int32 {
        do throws(UsageError) {
            let arguments = try parse(words)
            if arguments.isHelp {
                write(usage + "\n", to: STDOUT_FILENO)
                return Status.good
            }
            return report(try LogSearch.logs(in: arguments.folder), try anchors(arguments.keyFile), arguments)
        } catch {
            write("portcullis-verify: \(error.text)\n", to: STDERR_FILENO)
            return Status.wrongUse
        }
    }

    private static func report(_ logs: [String], _ anchors: [VerifierKey], _ arguments: Arguments) -> Int32 {
        let reports = logs.map { (path: $0, report: LogVerifier.verify(FileLogFolder($0), anchors: anchors)) }
        let isGood = reports.allSatisfy(\.report.isGood)
        if arguments.isJSON {
            write(JSONReport.text(reports) + "\n", to: STDOUT_FILENO)
        } else {
            for (path, report) in reports { write(TextReport.text(report, path: path), to: STDOUT_FILENO) }
            write(TextReport.conclusion(reports.map(\.report), isAnchored: arguments.keyFile != nil), to: STDOUT_FILENO)
        }
        return isGood ? Status.good : Status.notGood
    }

    static func parse(_ words: [String]) throws(UsageError) -> Arguments {
        var arguments = Arguments()
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--json": arguments.isJSON = true
            case "--help", "-h": arguments.isHelp = true
            case "--key":
                guard let file = rest.popFirst() else { throw UsageError(text: "--key needs the name of a file") }
                arguments.keyFile = file
            case _ where word.hasPrefix("-"):
                throw UsageError(text: "'\(word)' is not an option\n\n" + usage)
            case _ where arguments.folder.isEmpty: arguments.folder = word
            default: throw UsageError(text: "give one folder; '\(word)' is one too many")
            }
        }
        if arguments.folder.isEmpty, !arguments.isHelp {
            throw UsageError(text: "give the folder to verify\n\n" + usage)
        }
        return arguments
    }

    /// The keys in a file: one a line; empty lines and lines that begin with `#` are left out.
    static func anchors(_ path: String?) throws(UsageError) -> [VerifierKey] {
        guard let path else { return [] }
        var keys: [VerifierKey] = []
        for (number, line) in try lines(of: path).enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            do throws(MerkleLogError) {
                keys.append(try VerifierKey(line))
            } catch {
                throw UsageError(text: "\(path), line \(number + 1): \(error)")
            }
        }
        guard !keys.isEmpty else { throw UsageError(text: "\(path): there is no key in it") }
        return keys
    }

    private static func lines(of path: String) throws(UsageError) -> [Substring] {
        let limit = 1 << 20
        var bytes = [UInt8](repeating: 0, count: limit)
        do throws(FileError) {
            let file = try File(path, .read)
            var content = bytes.mutableSpan
            let count = try content.withUnsafeMutableBytes { (buffer) throws(FileError) in
                try file.read(at: 0, into: buffer)
            }
            bytes.removeLast(limit - count)
        } catch {
            throw UsageError(text: error.description)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError(text: "\(path): this is not a text file")
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody reads any more: the exit status still says what was found.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
