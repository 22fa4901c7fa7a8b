internal import CBOR

/// What inspection saw in the received body, without the value.
package struct RecordedFinding: Equatable, Sendable {
    package var detector: String
    /// JSON path of the string it stands in.
    package var field: String?
    /// Half-open range in the received body.
    package var range: Range<Int>
    package var confidence: String
    /// allow, redact or block.
    package var verdict: String

    package init(detector: String, field: String?, range: Range<Int>, confidence: String, verdict: String) {
        self.detector = detector
        self.field = field
        self.range = range
        self.confidence = confidence
        self.verdict = verdict
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 5, field)
        writer.pair("from", unsigned: range.lowerBound)
        writer.pair("field", text: field)
        writer.pair("until", unsigned: range.upperBound)
        writer.pair("verdict", text: verdict)
        writer.pair("detector", text: detector)
        writer.pair("confidence", text: confidence)
    }

    static func write(_ findings: [RecordedFinding], to writer: inout CBORWriter) {
        writer.array(count: findings.count)
        for finding in findings { finding.write(to: &writer) }
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item, key: "findings")
        guard let from = Int(exactly: try decoder.unsigned("from")),
            let until = Int(exactly: try decoder.unsigned("until")), from <= until
        else { throw RecordProblem(key: "from", expected: "a range together with 'until'") }
        self.init(
            detector: try decoder.text("detector"), field: try decoder.optional("field", decoder.text),
            range: from..<until, confidence: try decoder.text("confidence"), verdict: try decoder.text("verdict"))
    }

    static func list(_ decoder: RecordDecoder) throws(RecordProblem) -> [RecordedFinding] {
        var findings: [RecordedFinding] = []
        for item in try decoder.array("findings") { findings.append(try RecordedFinding(item)) }
        return findings
    }
}
