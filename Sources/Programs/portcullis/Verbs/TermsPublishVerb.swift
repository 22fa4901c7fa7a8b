internal import JSON

enum TermsPublishVerb: Verb {
    /// LIMIT: bytes of the terms.
    private static let maximumText = 1 << 20

    static let name = "terms publish"
    static let summary = "publish terms of use; every key works again once its owner has accepted them"
    static let options: [Option] = [
        .data, .json, Option("--date", "DATE", required: true, "from when they are, such as 2026-01-01"),
    ]
    static let operandNames = "FILE|-"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let console = Console(arguments)
        let path = arguments.operands[0]
        guard let text = String(validating: try Input.bytes(path, limit: maximumText), as: UTF8.self) else {
            throw Arguments.Fault(message: "\(path) is not text in UTF-8")
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("date", arguments["--date"] ?? "")
            writer.member("text", text)
        }
        console.show(try console.call("POST", "/api/terms", body: writer.bytes)) { terms in
            "terms of use of \(terms.cell("date")) hold now, sha256 \(terms.cell("sha256"))"
        }
        return .done
    }
}
