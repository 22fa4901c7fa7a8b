enum ReopenVerb: Verb {
    static let name = "reopen"
    static let summary = "sign the reopening of a cut-off; it takes effect with the second natural person's signature"
    static let options: [Option] = [.data, .json, .personKey]
    static let operandNames = "CUT"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let path = "/api/cuts/" + Path.segment(arguments.operands[0]) + "/signatures"
        let answer = try console.call("POST", path, body: Array("{}".utf8), key: arguments["--key"])
        console.show(answer) { answer in
            let rows = (answer["signatures"]?.items ?? []).map { signature in
                ["signed", "by \(signature.cell("person")) (\(signature.cell("account"))) at \(signature.cell("at"))"]
            }
            let needed = answer.cell("needed")
            let more = needed == "1" ? "one more person" : "\(needed) more persons"
            let state =
                answer["in_force"]?.isTrue == true ? "still in force: \(more) must sign" : "reopened"
            return TextTable([["cut-off", answer.cell("cut") + ", " + state]] + rows).text()
        }
        return .done
    }
}
