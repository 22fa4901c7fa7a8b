internal import CBOR
package import Vocabulary

/// A request that was answered with a refusal. An exchange of its own, or the end of one whose candidates all fell.
package struct RefusedRecord: Equatable, Sendable {
    package var caller: Caller
    package var head: RecordedRequestHead
    package var modelAsked: String?
    package var received: Body
    package var findings: [RecordedFinding]
    package var code: Refusal.Code
    package var answer: RecordedAnswerHead
    /// The body of the answer.
    package var shown: [UInt8]

    package init(
        caller: Caller, head: RecordedRequestHead, modelAsked: String? = nil, received: Body,
        findings: [RecordedFinding] = [], code: Refusal.Code, answer: RecordedAnswerHead, shown: [UInt8]
    ) {
        self.caller = caller
        self.head = head
        self.modelAsked = modelAsked
        self.received = received
        self.findings = findings
        self.code = code
        self.answer = answer
        self.shown = shown
    }

    func encoded() -> [UInt8] {
        var pairs: [(String, CBOR)] = [
            ("answer", answer.item), ("caller", caller.item), ("code", .text(code.rawValue)),
            ("findings", .array(findings.map(\.item))), ("head", head.item), ("received", received.item),
            ("shown", .bytes(shown)),
        ]
        pairs.add("model_asked", text: modelAsked)
        return CBOR.map(pairs).encoded()
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        guard let code = Refusal.Code(rawValue: try decoder.text("code")) else {
            throw RecordProblem(key: "code", expected: "the code of a refusal")
        }
        self.init(
            caller: try Caller(try decoder.item("caller")), head: try RecordedRequestHead(try decoder.item("head")),
            modelAsked: try decoder.optional("model_asked", decoder.text),
            received: try Body(try decoder.item("received")), findings: try RecordedFinding.list(decoder), code: code,
            answer: try RecordedAnswerHead(try decoder.item("answer")), shown: try decoder.bytes("shown"))
    }
}
