internal import JSON

enum TermsAcceptVerb: Verb {
    static let name = "terms accept"
    static let summary = "accept the terms of use, as the owner of a key; the key works from then on"
    static let options: [Option] = [
        .data, .json, .personKey, Option("--date", "DATE", "of the terms that were read; those that hold unless given"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        var date = arguments["--date"]
        if date == nil { date = try console.call("GET", "/api/terms").cell("date") }
        var writer = JSONWriter()
        writer.object { $0.member("date", date ?? "") }
        let answer = try console.call("POST", "/api/terms/accept", body: writer.bytes, key: arguments["--key"])
        console.show(answer) {
            "the terms of use of \($0.cell("accepted_terms")) are accepted for key \($0.cell("key"))"
        }
        return .done
    }
}
