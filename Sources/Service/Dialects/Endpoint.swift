package import Bytes
package import HTTP
package import JSON
package import Vocabulary

/// One endpoint of one wire protocol, with all that the gate does with it. There are no default implementations: an
/// endpoint that cannot list its strings, shape a refusal or count its usage does not compile.
///
/// Conforming types have no state; one value serves every exchange on every shard.
package protocol Endpoint: Sendable {
    var wireProtocol: WireProtocol { get }
    /// The path at the gate and at the vendor's root.
    var path: String { get }
    /// Names of the vendor's answer headers that the client gets to see, in lower case.
    var returnedHeaders: FieldNames { get }

    /// Reads a request strictly. What the vendor would refuse for its form is refused here, naming the field.
    /// - Parameter query: the target's part after `?`; empty without one.
    func parse(
        _ head: some HeaderLookup, query: Substring, body: [UInt8], with parser: inout JSONParser
    ) throws(DialectError) -> ParsedRequest

    /// Every text for Inspection, and every part that is none.
    func strings(_ request: ParsedRequest) -> InspectableRequest

    /// The bytes that go upstream: those received, but for the model's name, the redactions and, if `injectsUsage`, the
    /// question for usage in a stream.
    func outgoing(
        _ request: ParsedRequest, model: String, redactions: [Splice], injectsUsage: Bool
    ) -> OutgoingRequest

    /// Whether the request can go to a deployment that speaks `target`.
    func translate(_ request: ParsedRequest, to target: WireProtocol) -> Translation

    /// Looks at one event of a streamed answer that has data.
    func read(_ event: AnswerEvent, into answer: inout AnswerState, with scratch: inout AnswerScratch) -> EventVerdict

    /// Looks at a whole successful answer; throws when it is none.
    func read(whole body: [UInt8], with scratch: inout AnswerScratch) throws(UpstreamFault) -> AnswerFacts

    /// The tokens in the protocol's usage object.
    func usage(_ value: JSONValue) -> TokenUsage

    /// The answer to a denied request.
    func refuse(_ refusal: Refusal, reference: String) -> ErrorAnswer
    /// The answer to a request that failed.
    func failure(_ failure: Failure, reference: String?) -> ErrorAnswer
    /// The event that ends an open stream, before the abort.
    func streamError(_ end: StreamEnd, reference: String) -> [UInt8]

    /// What the ledger notes of the request beside its bytes.
    func record(_ request: ParsedRequest) -> RequestFacts
}
