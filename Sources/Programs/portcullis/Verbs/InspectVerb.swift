internal import Dialects
internal import Inspection
internal import JSON

/// Looks for what the gate would find in a request, without a gate. Says where it stands, never what it is.
enum InspectVerb: Verb {
    static let name = "inspect"
    static let summary = "find card numbers, IBANs and Hong Kong identity cards in a request body or a text"
    static let options: [Option] = [.json]
    static let operandNames = "FILE|-"
    static let operandCount = 1...1

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let input = InspectedInput(try Input.bytes(arguments.operands[0], limit: JSONParser.lengthLimit))
        var inspector = Inspector()
        let findings = inspector.inspect(input.bytes, pieces: input.pieces)
        if arguments.has("--json") {
            Terminal.print(bytes: json(input, findings) + [0x0A])
        } else {
            Terminal.print(text(input, findings))
        }
        return findings.isEmpty && input.unreadable.isEmpty ? .done : .no
    }

    private static func text(_ input: InspectedInput, _ findings: [Finding]) -> String {
        guard !findings.isEmpty || !input.unreadable.isEmpty else {
            return "nothing found (read as \(input.shape.rawValue))"
        }
        let rows = findings.map { finding in
            [
                finding.detector.rawValue, "\(finding.range.lowerBound)..<\(finding.range.upperBound)",
                finding.isSample ? "\(finding.confidence.name), a sample" : finding.confidence.name,
                input.field(of: finding) ?? "",
            ]
        }
        let unread = input.unreadable.map { ["not inspected", "", $0.kind.rawValue, $0.path] }
        return TextTable(heads: ["found", "bytes", "confidence", "field"], rows + unread).text()
    }

    private static func json(_ input: InspectedInput, _ findings: [Finding]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("shape", input.shape.rawValue)
            writer.member("bytes", input.bytes.count)
            writer.member(
                "findings",
                array: { writer in for finding in findings { writer.object { write(finding, input, &$0) } } })
            writer.member(
                "not_inspected",
                array: { writer in
                    for part in input.unreadable {
                        writer.object { writer in
                            writer.member("field", part.path)
                            writer.member("kind", part.kind.rawValue)
                        }
                    }
                })
        }
        return writer.bytes
    }

    private static func write(_ finding: Finding, _ input: InspectedInput, _ writer: inout JSONWriter) {
        writer.member("detector", finding.detector.rawValue)
        writer.member("field", input.field(of: finding))
        writer.member("from", finding.range.lowerBound)
        writer.member("until", finding.range.upperBound)
        writer.member("confidence", finding.confidence.name)
        writer.member("sample", finding.isSample)
    }
}
