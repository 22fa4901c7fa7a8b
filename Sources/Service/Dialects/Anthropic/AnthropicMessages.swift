package import Bytes
package import HTTP
package import JSON
package import Vocabulary

/// `POST /v1/messages`: Anthropic's interface.
package struct AnthropicMessages: Endpoint {
    private let errors = AnthropicErrors()

    package init() {}

    package var wireProtocol: WireProtocol { .anthropic }
    package var path: String { "/v1/messages" }
    /// Not the organization or workspace, which are the firm's business with its vendor.
    package let returnedHeaders = FieldNames(["request-id"])

    package func parse(
        _ head: some HeaderLookup, query: Substring, body: [UInt8], with parser: inout JSONParser
    ) throws(DialectError) -> ParsedRequest {
        // The SDK marks its beta methods so.
        guard query.isEmpty || query == "beta=true" else { throw .unsupportedQuery }
        let fields = try RequestFields.read(head, body, &parser)
        guard head.count(of: "anthropic-version") > 0 else {
            throw .missingHeader(name: "anthropic-version", example: "2023-06-01")
        }
        let model = try fields.model()
        _ = try fields.required("max_tokens")
        let limit = try fields.integer("max_tokens", least: 0)
        if let system = fields.optional("system"), system.kind != .string { _ = try fields.objects("system") }
        return ParsedRequest(
            document: fields.value.document, model: model.name, modelRange: model.range,
            isStreaming: try fields.boolean("stream") ?? false, usageInStream: .notApplicable,
            maximumOutputTokens: limit, turns: try fields.turns(needContent: true, AnthropicMessages.role),
            toolCount: try fields.objects("tools").count, regionAsked: try fields.string("inference_geo"),
            asksVendorToStore: fields.optional("thread") != nil,
            // Nothing that chooses the workspace or whom the vendor bills, and nothing about the caller's machine.
            forwardedHeaders: try ForwardedHeaders.select(
                [("anthropic-version", 1), ("anthropic-beta", ForwardedHeaders.namesLimit)], from: head),
            forwardedQuery: String(query))
    }

    package func strings(_ request: ParsedRequest) -> InspectableRequest {
        InspectableRequest(request.document, unreadable: AnthropicReadability.unreadable(in: request.document.root))
    }

    package func outgoing(
        _ request: ParsedRequest, model: String, redactions: [Splice], injectsUsage: Bool
    ) -> OutgoingRequest {
        OutgoingRequest(request, path: path, model: model, redactions: redactions, injectsUsage: injectsUsage)
    }

    package func translate(_ request: ParsedRequest, to target: WireProtocol) -> Translation {
        switch target {
        case .anthropic: .native
        case .openai:
            .wrongEndpoint(
                Failure(
                    .invalidRequest,
                    "this model speaks OpenAI chat completions; send the request to POST /v1/chat/completions",
                    field: "model"))
        }
    }

    package func refuse(_ refusal: Refusal, reference: String) -> ErrorAnswer {
        errors.refusal(refusal, reference: reference)
    }

    package func failure(_ failure: Failure, reference: String?) -> ErrorAnswer {
        errors.failure(failure, reference: reference)
    }

    package func streamError(_ end: StreamEnd, reference: String) -> [UInt8] {
        errors.streamError(end, reference: reference)
    }

    package func record(_ request: ParsedRequest) -> RequestFacts {
        RequestFacts(request, endpoint: path, wireProtocol: wireProtocol)
    }

    private static func role(_ name: JSONValue) -> ParsedRequest.Turn.Role {
        switch name.string {
        case "system": .system
        case "user": .user
        case "assistant": .assistant
        default: .other
        }
    }
}
