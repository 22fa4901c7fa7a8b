enum TermsShowVerb: Verb {
    static let name = "terms show"
    static let summary = "show the terms of use that hold"
    static let options: [Option] = [.data, .json]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.call("GET", "/api/terms")) { terms in
            "terms of use of \(terms.cell("date")), sha256 \(terms.cell("sha256"))\n\n" + terms.cell("text")
        }
        return .done
    }
}
