enum KeysListVerb: Verb {
    static let name = "keys list"
    static let summary = "list the keys, without their secrets"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.list("/api/keys")) { items in
            let rows = items.map { entry in
                [
                    entry.cell("id"), entry.cell("account"), entry.cell("owner"), entry.cell("use_case"),
                    entry.cell("models"), entry.cell("label"), entry.cell("created"), entry.cell("expires"),
                    entry.cell("revoked"), entry.cell("accepted_terms"),
                ]
            }
            guard !rows.isEmpty else { return "there is no key" }
            return TextTable(
                heads: [
                    "id", "account", "owner", "use case", "models", "label", "created", "expires", "revoked", "terms",
                ], rows
            ).text()
        }
        return .done
    }
}
