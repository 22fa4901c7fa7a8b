enum AlertsVerb: Verb {
    static let name = "alerts"
    static let summary = "list what the gate has raised, the newest first"
    static let options: [Option] = [.data, .json, Option("--limit", "N", "at most so many, 1 to 1000 [50]")]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let limit = try arguments.number("--limit", in: 1...1000, default: 50)
        console.show(try console.list("/api/alerts", atMost: limit)) { items in
            let rows = items.map { alert in
                [alert.cell("id"), alert.cell("at"), alert.cell("kind"), alert.cell("person"), alert.cell("detail")]
            }
            guard !rows.isEmpty else { return "there is no alert" }
            return TextTable(heads: ["id", "at", "kind", "person", "detail"], rows).text()
        }
        return .done
    }
}
