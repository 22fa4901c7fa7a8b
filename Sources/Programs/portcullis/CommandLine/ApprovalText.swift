/// An approval, as a person reads it who is asked to sign.
enum ApprovalText {
    static func signers(_ approval: APIObject) -> String {
        let names = (approval["signatures"]?.items ?? []).map { signature in
            signature.cell("person") + (signature["counts"]?.isTrue == true ? "" : " (does not count)")
        }
        return names.isEmpty ? "-" : names.joined(separator: ", ")
    }

    static func missing(_ approval: APIObject) -> String {
        let places = (approval["missing"]?.items ?? []).map { place in
            (place["functions"]?.items ?? []).compactMap(\.text).joined(separator: " or ")
        }
        return places.isEmpty ? "-" : places.joined(separator: "; ")
    }

    static func of(_ approval: APIObject) -> String {
        TextTable([
            ["proposal", approval.cell("id") + ", " + approval.cell("state")], ["act", approval.cell("act")],
            ["sha256", approval.cell("sha256")], ["expires", approval.cell("expires")],
            ["signed by", signers(approval)], ["missing", missing(approval)],
        ]).text()
    }
}
