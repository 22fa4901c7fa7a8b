internal import JSON
internal import Vocabulary

enum EvidenceVerb: Verb {
    static let name = "evidence"
    static let summary = "hand in where somebody is, as a source of evidence"
    static let options: [Option] = [
        .data, .json,
        Option("--key", "KEY", environment: "PORTCULLIS_SOURCE_KEY", required: true, "the source's key (pes_…)"),
        Option("--person", "P", required: true, "whom it is about"),
        Option(
            "--kind", "K", required: true,
            "how it is known: " + EvidenceKind.allCases.map(\.rawValue).joined(separator: ", ")),
        Option("--country", "C", "two letters; unknown unless given"),
        Option("--observed", "TIME", "when, such as 2026-06-18T08:00:00Z; now unless given"),
        Option("--until", "TIME", "until when it holds at most"),
        Option("--id", "ID", "the source's own name for it; the same again changes nothing"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        var writer = JSONWriter()
        writer.object { writer in
            if let id = arguments["--id"] { writer.member("id", id) }
            writer.member("person", arguments["--person"] ?? "")
            writer.member("kind", arguments["--kind"] ?? "")
            writer.member("country", arguments["--country"])
            if let observed = arguments["--observed"] { writer.member("observed", observed) }
            if let until = arguments["--until"] { writer.member("until", until) }
        }
        let answer = try console.call("POST", "/api/evidence", body: writer.bytes, key: arguments["--key"])
        console.show(answer) { "\($0.cell("taken")) taken" }
        return .done
    }
}
