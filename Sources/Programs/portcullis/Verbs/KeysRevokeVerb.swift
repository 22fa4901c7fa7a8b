enum KeysRevokeVerb: Verb {
    static let name = "keys revoke"
    static let summary = "revoke a key by its id; open answers under it end"
    static let options: [Option] = [.data, .json]
    static let operandNames = "ID"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let path = "/api/keys/" + Path.segment(arguments.operands[0]) + "/revoke"
        console.show(try console.call("POST", path, body: Array("{}".utf8))) { key in
            "key \(key.cell("id")) of \(key.cell("account")) is revoked since \(key.cell("revoked"))"
        }
        return .done
    }
}
