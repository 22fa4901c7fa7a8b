enum ReceiptVerb: Verb {
    static let name = "receipt"
    static let summary = "show what a cut-off stopped, when, and where that is recorded"
    static let options: [Option] = [.data, .json]
    static let operandNames = "CUT"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        console.show(try console.call("GET", "/api/cuts/" + Path.segment(arguments.operands[0])), ReceiptText.text)
        return .done
    }
}
