internal import CBOR
package import Vocabulary

/// A candidate that did not serve.
package struct HopRecord: RecordBody, Equatable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        case denied
        case resting
        case connect
        /// The handshake of TLS with it failed.
        case tls
        /// The egress proxy did not let it through.
        case proxy
        case firstByte = "first_byte"
        case status
        case cut
        case error
        /// Inspection lets nothing of this go there.
        case blocked
        /// Policy allows it, and it speaks the other protocol.
        case wrongEndpoint = "wrong_endpoint"
        /// The node does not know the firm's rules to be current.
        case noLease = "no_lease"
    }

    /// What the first record of an exchange says about the request; nil in later ones.
    package struct Request: Equatable, Sendable {
        package var caller: Caller
        package var head: RecordedRequestHead
        package var received: Body

        package init(caller: Caller, head: RecordedRequestHead, received: Body) {
            self.caller = caller
            self.head = head
            self.received = received
        }
    }

    package var hop: Int
    package var deployment: DeploymentID
    package var outcome: Outcome
    package var status: Int?
    /// What the upstream answered; not shown.
    package var returned: [UInt8]?
    package var request: Request?

    /// - Precondition: numbers are not negative.
    package init(
        hop: Int, deployment: DeploymentID, outcome: Outcome, status: Int? = nil, returned: [UInt8]? = nil,
        request: Request? = nil
    ) {
        precondition(hop >= 0 && status ?? 0 >= 0)
        self.hop = hop
        self.deployment = deployment
        self.outcome = outcome
        self.status = status
        self.returned = returned
        self.request = request
    }

    func write(to writer: inout CBORWriter) {
        writer.map(count: 3, request, request, request, status, returned)
        writer.pair("hop", unsigned: hop)
        if let request {
            writer.text("head")
            request.head.write(to: &writer)
            writer.text("caller")
            request.caller.write(to: &writer)
        }
        if let status { writer.pair("status", unsigned: status) }
        writer.pair("outcome", text: outcome.rawValue)
        if let request {
            writer.text("received")
            request.received.write(to: &writer)
        }
        if let returned {
            writer.text("returned")
            writer.bytes(returned)
        }
        writer.pair("deployment", text: deployment.text)
    }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        guard let hop = Int(exactly: try decoder.unsigned("hop")) else {
            throw RecordProblem(key: "hop", expected: "a small number")
        }
        guard let deployment: DeploymentID = try decoder.identifier("deployment") else {
            throw RecordProblem(key: "deployment", expected: "there")
        }
        guard let outcome = Outcome(rawValue: try decoder.text("outcome")) else {
            throw RecordProblem(
                key: "outcome", expected: "one of " + Outcome.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let status = try decoder.optional("status", decoder.unsigned)
        self.init(
            hop: hop, deployment: deployment, outcome: outcome, status: status.flatMap(Int.init(exactly:)),
            returned: try decoder.optional("returned", decoder.bytes))
        guard item["received"] != nil else { return }
        request = Request(
            caller: try Caller(try decoder.item("caller")), head: try RecordedRequestHead(try decoder.item("head")),
            received: try Body(try decoder.item("received")))
    }
}
