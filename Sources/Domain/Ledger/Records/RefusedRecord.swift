internal import CBOR
package import Vocabulary

/// A request that was answered with a refusal. An exchange of its own, or the end of one whose candidates all fell.
package struct RefusedRecord: RecordBody, Equatable, Sendable {
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

    func write(to writer: inout CBORWriter) {
        writer.map(count: 7, modelAsked)
        writer.pair("code", text: code.rawValue)
        writer.text("head")
        head.write(to: &writer)
        writer.text("shown")
        writer.bytes(shown)
        writer.text("answer")
        answer.write(to: &writer)
        writer.text("caller")
        caller.write(to: &writer)
        writer.text("findings")
        RecordedFinding.write(findings, to: &writer)
        writer.text("received")
        received.write(to: &writer)
        writer.pair("model_asked", text: modelAsked)
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
