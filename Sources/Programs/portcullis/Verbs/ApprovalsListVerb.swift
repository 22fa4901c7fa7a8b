enum ApprovalsListVerb: Verb {
    static let name = "approvals list"
    static let summary = "list what was put to signature, the newest first, and who is missing"
    static let options: [Option] = [
        .data, .json, Option("--limit", "N", "at most so many, 1 to 500 [50]"),
        Option("--after", "NEXT", "the page behind the one whose `next` this is"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let limit = try arguments.number("--limit", in: 1...500, default: 50)
        let after = arguments["--after"].map { "&after=" + Path.segment($0) } ?? ""
        console.show(try console.call("GET", "/api/approvals?limit=\(limit)\(after)")) { answer in
            let rows = (answer["items"]?.items ?? []).map { approval in
                [
                    approval.cell("id"), approval.cell("act"), approval.cell("state"), approval.cell("expires"),
                    ApprovalText.signers(approval), ApprovalText.missing(approval),
                ]
            }
            guard !rows.isEmpty else { return "nothing was put to signature" }
            return TextTable(heads: ["proposal", "act", "state", "expires", "signed by", "missing"], rows).text()
        }
        return .done
    }
}
