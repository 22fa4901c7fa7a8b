enum StatusVerb: Verb {
    static let name = "status"
    static let summary = "say what runs and whether it serves; exit status 1 when it does not"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let status = try console.call("GET", "/api/status")
        console.show(status, text)
        return status["ready"]?.isTrue == true ? .done : .no
    }

    private static func text(_ status: APIObject) -> String {
        var rows = [["node", status.cell("node")], ["ready", status.cell("ready")]]
        rows += (status["problems"]?.items ?? []).map { ["problem", $0.shown] }
        let bundle = status["bundle"].map { $0.cell("name") + " " + $0.cell("hash") }
        rows += [
            ["bundle", bundle ?? "-"], ["terms", status.cell("terms")], ["revision", status.cell("revision")],
            ["cut-offs", status.cell("cuts_in_force") + " in force"], ["people", status.cell("people")],
            ["keys", status.cell("keys")],
        ]
        for gateway in status["gateways"]?.items ?? [] {
            let state =
                gateway["reachable"]?.isTrue == true
                ? "revision \(gateway.cell("revision")), \(gateway.cell("open_answers")) open answers"
                : "does not answer"
            rows.append(["gateway", gateway.cell("node") + ": " + state])
        }
        for program in status["programs"]?.items ?? [] where program["last_end"] != nil {
            rows.append([
                "restarts",
                program.cell("name") + ": " + program.cell("restarts") + ", the last time it "
                    + program.cell("last_end") + " at " + program.cell("last_end_at"),
            ])
        }
        return TextTable(rows).text()
    }
}
