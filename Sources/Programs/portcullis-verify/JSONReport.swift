internal import Bytes
internal import Crypto
internal import Ledger

/// The report for programs: one object; docs/formats/ledger.md, "The verifier's report", has its keys.
enum JSONReport {
    static func text(_ reports: [(path: String, report: VerificationReport)]) -> String {
        object([
            ("good", bool(reports.allSatisfy(\.report.isGood))),
            ("anchored", bool(reports.allSatisfy(\.report.isAnchored))),
            ("logs", array(reports.map { log($0.report, path: $0.path) })),
        ])
    }

    private static func log(_ report: VerificationReport, path: String) -> String {
        let types = report.framesByType.sorted { $0.key.rawValue < $1.key.rawValue }
        return object([
            ("origin", string(report.origin)), ("path", string(path)), ("good", bool(report.isGood)),
            ("anchored", bool(report.isAnchored)), ("frames", String(report.size)),
            ("types", object(types.map { ($0.key.description, String($0.value)) })),
            ("segments", String(report.segments)), ("bytes", String(report.bytes)),
            ("root", report.root.map { string(Base64.encode($0.bytes)) } ?? "null"),
            ("checkpoints", String(report.checkpoints)), ("signed", String(report.signedSize)),
            (
                "tiles",
                object([
                    ("full", String(report.fullTiles)), ("partial", String(report.partialTiles)),
                    ("missing", String(report.missingTiles)),
                ])
            ), ("key_files", String(report.keyFiles)), ("problems", array(report.problems.map(problem))),
            ("more_problems", String(report.moreProblems)), ("notes", array(report.notes.map(string))),
        ])
    }

    private static func problem(_ problem: VerificationReport.Problem) -> String {
        object([
            ("path", string(problem.path)), ("offset", problem.offset.map { String($0) } ?? "null"),
            ("text", string(problem.text)),
        ])
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    private static func array(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
    private static func bool(_ value: Bool) -> String { value ? "true" : "false" }

    /// RFC 8259 section 7.
    private static func string(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
