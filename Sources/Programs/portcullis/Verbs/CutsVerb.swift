enum CutsVerb: Verb {
    static let name = "cuts"
    static let summary = "list the cut-offs, those in force and those reopened"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.list("/api/cuts")) { items in
            let rows = items.map { cut in
                [
                    cut.cell("cut"), cut["in_force"]?.isTrue == true ? "in force" : "reopened", cut.cell("at"),
                    ReceiptText.scope(cut["scope"]), cut.cell("reason"),
                ]
            }
            return rows.isEmpty
                ? "there is no cut-off"
                : TextTable(heads: ["cut-off", "state", "ordered", "scope", "reason"], rows).text()
        }
        return .done
    }
}
