internal import CBOR
internal import Vocabulary

/// These bytes may go to this deployment: durable, with its decision, before the first of them leaves.
package struct AdmitRecord: RecordBody, Equatable, Sendable {
    package var caller: Caller
    package var head: RecordedRequestHead
    package var conversation: String?
    package var hop: Int
    package var received: Body
    /// From the received body: exactly what goes upstream.
    package var sent: Derived
    /// What leaves besides the body: target and headers, without the credential.
    package var sentHead: RecordedRequestHead?
    package var route: RecordedRoute
    package var findings: [RecordedFinding]

    /// - Precondition: `hop` is not negative.
    package init(
        caller: Caller, head: RecordedRequestHead, conversation: String? = nil, hop: Int = 0, received: Body,
        sent: Derived, sentHead: RecordedRequestHead? = nil, route: RecordedRoute, findings: [RecordedFinding] = []
    ) {
        precondition(hop >= 0)
        self.caller = caller
        self.head = head
        self.conversation = conversation
        self.hop = hop
        self.received = received
        self.sent = sent
        self.sentHead = sentHead
        self.route = route
        self.findings = findings
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 7, sentHead, conversation)
        writer.pair("hop", unsigned: hop)
        writer.text("head")
        head.write(to: &writer)
        writer.text("sent")
        sent.write(to: &writer)
        writer.text("route")
        route.write(to: &writer)
        writer.text("caller")
        caller.write(to: &writer)
        writer.text("findings")
        RecordedFinding.write(findings, to: &writer)
        writer.text("received")
        received.write(to: &writer)
        if let sentHead {
            writer.text("sent_head")
            sentHead.write(to: &writer)
        }
        writer.pair("conversation", text: conversation)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        guard let hop = Int(exactly: try decoder.unsigned("hop")) else {
            throw RecordProblem(key: "hop", expected: "a small number")
        }
        self.init(
            caller: try Caller(try decoder.item("caller")), head: try RecordedRequestHead(try decoder.item("head")),
            conversation: try decoder.optional("conversation", decoder.text), hop: hop,
            received: try Body(try decoder.item("received")), sent: try Derived(try decoder.item("sent"), key: "sent"),
            sentHead: try item["sent_head"].map { (head) throws(RecordProblem) in try RecordedRequestHead(head) },
            route: try RecordedRoute(try decoder.item("route")), findings: try RecordedFinding.list(decoder))
    }
}
