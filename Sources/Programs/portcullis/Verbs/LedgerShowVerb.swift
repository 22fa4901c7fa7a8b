internal import Archive

enum LedgerShowVerb: Verb {
    static let name = "ledger show"
    static let summary = "print the exchange or act of a reference from the folder, as JSON"
    static let options: [Option] = [.data, .json, Option("--content", nil, "with every body, in base64")]
    static let operandNames = "REF"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let reference = try OfflineArchive.reference(arguments.operands[0])
        let archive = try OfflineArchive.open(arguments)
        do throws(ArchiveError) {
            switch try archive.explanation(of: reference) {
            case .exchange(let report):
                Terminal.print(bytes: report.json(arguments.has("--content") ? .content : .facts) + [0x0A])
            case .act(let report): Terminal.print(bytes: report.json + [0x0A])
            }
        } catch { throw OfflineArchive.fault(error) }
        return .done
    }
}
