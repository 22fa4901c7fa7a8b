enum ModelsListVerb: Verb {
    static let name = "models list"
    static let summary = "list the models and the ways to them"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.list("/api/models")) { items in
            var rows: [[String]] = []
            for model in items {
                for deployment in model["deployments"]?.items ?? [] {
                    rows.append([
                        model.cell("id"), model.cell("vendor"), deployment.cell("id"), deployment.cell("protocol"),
                        deployment.cell("operator"), deployment.cell("channel"),
                        deployment["inside_perimeter"]?.isTrue == true ? "inside" : "vendor",
                    ])
                }
            }
            guard !rows.isEmpty else { return "there is no model" }
            let heads = ["model", "vendor", "deployment", "protocol", "operator", "channel", "runs"]
            return TextTable(heads: heads, rows).text()
        }
        return .done
    }
}
