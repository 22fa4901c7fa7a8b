enum ApprovalsShowVerb: Verb {
    static let name = "approvals show"
    static let summary = "show one proposal; with --json its whole content, which is what is signed"
    static let options: [Option] = [.data, .json]
    static let operandNames = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let answer = try console.call("GET", "/api/approvals/" + Path.segment(arguments.operands[0]))
        console.show(answer) { ApprovalText.of($0) }
        return .done
    }
}
