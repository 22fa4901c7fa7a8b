// Proves what follows from findings: the verdict by detector, destination and confidence, and that redaction leaves
// valid JSON that says all but the value.
import Bytes
import JSON
import Testing

@testable import Inspection

struct PolicyTests {
    private static func pieces(of document: JSONDocument) -> [TextPiece] {
        document.nodes.compactMap { node in
            switch node.kind {
            case .string: TextPiece(range: node.range)
            case .key: TextPiece(range: node.range, kind: .key)
            case .number: TextPiece(range: node.range, kind: .number)
            default: nil
            }
        }
    }

    private static func judge(
        _ text: String, _ policy: InspectionPolicy, _ destination: InspectionPolicy.Destination = .vendor
    ) throws -> (judgement: Judgement, result: String) {
        var parser = JSONParser()
        var inspector = Inspector()
        let document = try parser.parse(Array(text.utf8))
        let pieces = pieces(of: document)
        let judgement = policy.judge(
            inspector.inspect(document.bytes, pieces: pieces), pieces: pieces, towards: destination)
        guard case .redact(let splices) = judgement else { return (judgement, text) }
        let redacted = document.bytes.applying(splices)
        _ = try parser.parse(redacted)
        return (judgement, String(decoding: redacted, as: UTF8.self))
    }

    private let redactAll = InspectionPolicy(
        Detector.allCases.map { .init(detector: $0, destination: .vendor, verdict: .redact) })

    @Test(arguments: [
        (#"["pay 4798643261622430 now"]"#, #"["pay [CARD] now"]"#),
        (#"["a\n4798643261622430\n\"b\""]"#, #"["a\n[CARD]\n\"b\""]"#),
        (#"["4798\u00a06432\u00a06162\u00a02430"]"#, #"["[CARD]"]"#),
        (#"["\u0034798643261622430"]"#, #"["[CARD]"]"#),
        (#"["\\\u0034798643261622430\\"]"#, #"["[CARD]\\"]"#),
        (
            #"["{\"pan\":\"4798643261622430\",\"n\":\"\\n4798643261622430\"}"]"#,
            #"["{\"pan\":\"[CARD]\",\"n\":\"\\n[CARD]\"}"]"#
        ),
        (#"["身份證A443033（9）及DE22830689997598506774"]"#, #"["身份證[HKID]及[IBAN]"]"#),
        (#"{"pan":4798643261622430,"n":1}"#, #"{"pan":"[CARD]","n":1}"#),
        (#"["nothing","here"]"#, #"["nothing","here"]"#),
    ])
    func redaction(text: String, expected: String) throws {
        #expect(try PolicyTests.judge(text, redactAll).result == expected)
    }

    @Test func aKeyBlocksInsteadOfBeingRedacted() throws {
        guard case .block(let findings) = try PolicyTests.judge(#"{"4798643261622430":1}"#, redactAll).judgement else {
            Issue.record("a key with a card number went through")
            return
        }
        #expect(findings.map(\.range) == [2..<18])
    }

    @Test func whatNoEntryCoversIsBlockedTowardsAVendorOnly() throws {
        let none = InspectionPolicy([])
        guard case .block = try PolicyTests.judge(#"["4798643261622430"]"#, none).judgement else {
            Issue.record("an uncovered finding went to a vendor")
            return
        }
        #expect(try PolicyTests.judge(#"["4798643261622430"]"#, none, .inside).judgement == .allow)
    }

    @Test func oneBlockBlocksAll() throws {
        let policy = InspectionPolicy([
            .init(detector: .card, destination: .vendor, verdict: .redact),
            .init(detector: .iban, destination: .vendor, verdict: .allow),
            .init(detector: .hkid, destination: .vendor, verdict: .block),
        ])
        let text = #"["4798643261622430 DE22830689997598506774 A443033(9)"]"#
        guard case .block(let findings) = try PolicyTests.judge(text, policy).judgement else {
            Issue.record("a blocking finding went through")
            return
        }
        #expect(findings.map(\.detector) == [.hkid])
    }

    @Test func theLeastConfidenceIsTheEntrys() throws {
        func policy(_ least: Confidence) -> InspectionPolicy {
            InspectionPolicy([.init(detector: .card, destination: .vendor, verdict: .redact, least: least)])
        }
        let text = #"["4798643261622430"]"#
        #expect(try PolicyTests.judge(text, policy(.possible)).result == #"["[CARD]"]"#)
        #expect(try PolicyTests.judge(text, policy(.likely)).judgement == .allow)
        #expect(try PolicyTests.judge(#"["order 4798643261622430"]"#, policy(.weak)).result == #"["order [CARD]"]"#)
    }

    @Test func samplesAreFoundAndLeftAlone() throws {
        #expect(try PolicyTests.judge(#"["card 4111111111111111"]"#, InspectionPolicy([])).judgement == .allow)
        #expect(Inspector.inspect(text: Array("card 4111111111111111".utf8)).count == 1)
    }

    @Test func theLabelOfAValueIsContext() {
        let input = Array(#"{"card_number":"4798643261622430","order":"4798643261622430"}"#.utf8)
        var inspector = Inspector()
        let findings = inspector.inspect(
            input, pieces: [TextPiece(range: 16..<32, label: 2..<13), TextPiece(range: 43..<59, label: 35..<40)])
        #expect(findings.map(\.confidence) == [.certain, .weak])
        #expect(findings.map(\.piece) == [0, 1])
        #expect(findings.map(\.range) == [16..<32, 43..<59])
    }

    @Test func splicing() {
        let bytes = Array("0123456789".utf8)
        let splices = [
            Splice(offset: 0, removedCount: 1, inserted: Array("ab".utf8)),
            Splice(offset: 1, removedCount: 0, inserted: Array("c".utf8)),
            Splice(offset: 8, removedCount: 2, inserted: []),
        ]
        #expect(bytes.applying(splices) == Array("abc1234567".utf8))
        #expect(bytes.applying([]) == bytes)
    }
}
