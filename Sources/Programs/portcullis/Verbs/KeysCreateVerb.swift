internal import Installation
internal import JSON

enum KeysCreateVerb: Verb {
    static let name = "keys create"
    static let summary = "make a key for an account and a use case; its text is shown this once"
    static let options: [Option] = [
        .data, .json, Option("--account", "A", required: true, "whose key it is"),
        Option("--use-case", "U", required: true, "what it is for; binds the models and the data"),
        Option("--owner", "P", "who answers for it and accepts the terms; the account's person unless given"),
        Option("--models", "M,…", "only these of the use case's models"),
        Option("--label", "L", "only data up to this label: public, internal, confidential, client, restricted"),
        Option("--expires", "TIME", "when it ends, such as 2027-01-01T00:00:00Z"),
    ]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("account", arguments["--account"] ?? "")
            writer.member("use_case", arguments["--use-case"] ?? "")
            if let owner = arguments["--owner"] { writer.member("owner", owner) }
            if let models = arguments["--models"] {
                writer.member(
                    "models",
                    array: { writer in for model in models.split(separator: ",") { writer.string(String(model)) } })
            }
            if let label = arguments["--label"] { writer.member("label", label) }
            if let expires = arguments["--expires"] { writer.member("expires", expires) }
        }
        console.show(try console.call("POST", "/api/keys", body: writer.bytes)) { key in
            """
            \(TextTable([["id", key.cell("id")], ["key", key.cell("key")]]).text())
            The key is not shown again. It works once its owner has accepted the terms of use:
              portcullis terms accept --data \(console.folder.root) --key KEY
            """
        }
        return .done
    }
}
