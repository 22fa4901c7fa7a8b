enum ApprovalsRetractVerb: Verb {
    static let name = "approvals retract"
    static let summary = "take back one's signature, as long as nothing was done with it"
    static let options: [Option] = [.data, .json, .personKey]
    static let operandNames = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let path = "/api/approvals/" + Path.segment(arguments.operands[0]) + "/retract"
        let answer = try console.call("POST", path, body: Array("{}".utf8), key: arguments["--key"])
        console.show(answer) { ApprovalText.of($0) }
        return .done
    }
}
