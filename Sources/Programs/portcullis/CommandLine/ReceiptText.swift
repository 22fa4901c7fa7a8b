/// A receipt of a cut-off, for people.
enum ReceiptText {
    static func text(_ receipt: APIObject) -> String {
        let state = receipt["in_force"]?.isTrue == true ? "in force" : "reopened " + receipt.cell("reopened_at")
        var rows = [
            ["cut-off", receipt.cell("cut") + ", " + state],
            ["scope", scope(receipt["scope"])],
            ["reason", receipt.cell("reason")],
            ["basis", basis(receipt["basis"])],
            ["ordered", "by " + orderer(receipt["ordered_by"]) + " at " + receipt.cell("at")],
        ]
        if let recorded = receipt["recorded"] {
            rows.append(["recorded", "as " + recorded.cell("ref") + ", durable at " + recorded.cell("durable_at")])
        }
        for signature in receipt["signatures"]?.items ?? [] {
            rows.append([
                "signed", "by \(signature.cell("person")) (\(signature.cell("account"))) at \(signature.cell("at"))",
            ])
        }
        return TextTable(rows).text() + nodes(receipt["nodes"]?.items ?? [])
    }

    /// `vendor anthropic, territory HK`.
    static func scope(_ scope: APIObject?) -> String {
        (scope?.members ?? []).map { $0.name + " " + $0.value.shown }.joined(separator: ", ")
    }

    private static func basis(_ basis: APIObject?) -> String {
        guard let basis else { return "-" }
        return
            "\(basis.cell("file")) (\(basis.cell("kind"))), \(basis.cell("length")) bytes, "
            + "sha256 \(basis.cell("sha256"))"
    }

    private static func orderer(_ orderer: APIObject?) -> String {
        orderer?["person"]?.text ?? orderer?["uid"].map { "user \($0.shown) of this machine" } ?? "-"
    }

    private static func nodes(_ nodes: [APIObject]) -> String {
        guard !nodes.isEmpty else { return "no gateway was there to be told\n" }
        let rows = nodes.map { node in
            [
                node.cell("node"), node.cell("state"), node.cell("streams"), node.cell("applied_at"),
                node.cell("last_content_at"), node.cell("last_reset_at"), node.cell("log"), node.cell("index"),
            ]
        }
        let heads = ["node", "state", "streams", "applied", "last content", "last reset", "log", "index"]
        return TextTable(heads: heads, rows).text()
    }
}
