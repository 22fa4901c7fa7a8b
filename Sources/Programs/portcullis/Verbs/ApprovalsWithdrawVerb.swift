enum ApprovalsWithdrawVerb: Verb {
    static let name = "approvals withdraw"
    static let summary = "withdraw a proposal that was not used yet"
    static let options: [Option] = [
        .data, .json, Option("--key", "KEY", environment: "PORTCULLIS_KEY", "of who proposed or signed it"),
    ]
    static let operandNames = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let path = "/api/approvals/" + Path.segment(arguments.operands[0]) + "/withdraw"
        let answer = try console.call("POST", path, body: Array("{}".utf8), key: arguments["--key"])
        console.show(answer) { ApprovalText.of($0) }
        return .done
    }
}
