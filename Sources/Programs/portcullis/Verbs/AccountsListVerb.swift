enum AccountsListVerb: Verb {
    static let name = "accounts list"
    static let summary = "list the accounts"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.list("/api/accounts")) { items in
            let rows = items.map { entry in
                [
                    entry.cell("id"), entry.cell("person"), entry.cell("accountable"), entry.cell("active"),
                ]
            }
            guard !rows.isEmpty else { return "there is no account" }
            return TextTable(
                heads: ["id", "person", "accountable", "active"], rows
            ).text()
        }
        return .done
    }
}
