internal import Bundle

enum BundleActivateVerb: Verb {
    static let name = "bundle activate"
    static let summary = "make a bundle the one that is decided on; no request is dropped"
    static let options: [Option] = [.data, .json]
    static let operandNames = "DIR"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let bundle = try BundleInput.require(arguments.operands[0])
        let console = Console(arguments)
        let answer = try console.call("POST", "/api/bundles", body: bundle.snapshot(), type: "application/cbor")
        let gateways = answer["gateways"]?.items ?? []
        console.show(answer) { answer in
            let rows = gateways.map { [$0.cell("node"), $0["applied"]?.isTrue == true ? "applied" : "silent"] }
            return TextTable(
                [["bundle", bundle.name + " " + answer.cell("hash")], ["previous", answer.cell("previous")]] + rows
            )
            .text()
        }
        return gateways.allSatisfy { $0["applied"]?.isTrue == true } ? .done : .unavailable
    }
}
