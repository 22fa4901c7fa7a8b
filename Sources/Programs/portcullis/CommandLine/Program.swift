/// The one binary: every role is a subcommand.
enum Program {
    static let version = "0.1.0"

    /// In the order of the help. A verb of two words stands before one that is its first word alone.
    static var verbs: [any Verb.Type] {
        [
            StatusVerb.self, CutVerb.self, CutsVerb.self, ReopenVerb.self, ReceiptVerb.self,
            ApprovalsListVerb.self, ApprovalsShowVerb.self, ApprovalsSignVerb.self, ApprovalsRetractVerb.self,
            ApprovalsWithdrawVerb.self,
            ExplainVerb.self, LedgerShowVerb.self, LedgerExportVerb.self,
            KeysListVerb.self, KeysCreateVerb.self, KeysRevokeVerb.self,
            TermsShowVerb.self, TermsPublishVerb.self, TermsAcceptVerb.self,
            PeopleListVerb.self, PeopleImportVerb.self, AccountsListVerb.self, ModelsListVerb.self, AlertsVerb.self,
            EvidenceVerb.self,
            BundleCheckVerb.self, BundleShowVerb.self, BundleActivateVerb.self, DecideVerb.self, InspectVerb.self,
            BackupVerb.self, RestoreVerb.self,
            GatewayVerb.self, ConsoleVerb.self, SimulateVerb.self, InitVerb.self, UpVerb.self, DemoVerb.self,
        ]
    }

    static func run(_ words: [String]) -> ExitStatus {
        switch words.first {
        case nil:
            Terminal.complain("which command? `portcullis help` lists them")
            return .usage
        case "help", "--help", "-h": return help(Array(words.dropFirst()))
        case "version", "--version":
            Terminal.print("portcullis " + version)
            return .done
        default: break
        }
        if let (verb, rest) = find(words) { return verb.start(rest) }
        Terminal.complain(unknown(words))
        return .usage
    }

    /// The verb that the words begin with, and the words after it.
    private static func find(_ words: [String]) -> (any Verb.Type, [String])? {
        for verb in verbs {
            let name = verb.name.split(separator: " ").map { String($0) }
            if words.starts(with: name) { return (verb, Array(words.dropFirst(name.count))) }
        }
        return nil
    }

    private static func unknown(_ words: [String]) -> String {
        let family = verbs.map { $0.name }.filter { $0.hasPrefix(words[0] + " ") }
        guard family.isEmpty else { return "which of \(family.map { "`\($0)`" }.joined(separator: ", "))?" }
        return "there is no command `\(words[0])`; `portcullis help` lists them"
    }

    private static func help(_ words: [String]) -> ExitStatus {
        guard !words.isEmpty else {
            Terminal.print(overview)
            return .done
        }
        if let (verb, _) = find(words) { return verb.start(["--help"]) }
        let family = verbs.filter { $0.name.hasPrefix(words[0] + " ") }
        guard !family.isEmpty else {
            Terminal.complain(unknown(words))
            return .usage
        }
        Terminal.print(family.map { $0.help }.joined(separator: "\n"))
        return .done
    }

    private static var overview: String {
        let rows = verbs.map { [$0.name, $0.summary] }
        return """
            portcullis \(version): the private gate between a firm and large language models

            \(TextTable(rows).text(indent: 2))
            `portcullis help COMMAND` says more of one.
            Exit status: 0 done, 1 the answer is no, 2 wrong use, 3 unavailable.
            """
    }
}
