enum BundleShowVerb: Verb {
    static let name = "bundle show"
    static let summary = "show which bundle is active"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.call("GET", "/api/bundle")) { bundle in
            TextTable([
                ["bundle", bundle.cell("name")], ["hash", bundle.cell("hash")],
                ["activated", bundle.cell("activated")],
            ]).text()
        }
        return .done
    }
}
