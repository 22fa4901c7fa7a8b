enum PeopleListVerb: Verb {
    static let name = "people list"
    static let summary = "list the people"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.list("/api/people")) { items in
            let rows = items.map { entry in
                [
                    entry.cell("id"), entry.cell("name"), entry.cell("title"), entry.cell("entity"), entry.cell("site"),
                    entry.cell("roles"), entry.cell("active"),
                ]
            }
            guard !rows.isEmpty else { return "there is nobody" }
            return TextTable(
                heads: ["id", "name", "title", "entity", "site", "roles", "active"], rows
            ).text()
        }
        return .done
    }
}
