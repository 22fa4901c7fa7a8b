package import Bytes
package import HTTP
package import JSON
package import Vocabulary

/// `POST /v1/chat/completions`: OpenAI's interface and that of everything that copies it.
package struct OpenAIChatCompletions: Endpoint {
    private let errors = OpenAIErrors()

    package init() {}

    package var wireProtocol: WireProtocol { .openai }
    package var path: String { "/v1/chat/completions" }
    /// Not the organization or project, which are the firm's business with its vendor.
    package let returnedHeaders = FieldNames(["x-request-id", "openai-processing-ms", "openai-version"])

    package func parse(
        _ head: some HeaderLookup, query: Substring, body: [UInt8], with parser: inout JSONParser
    ) throws(DialectError) -> ParsedRequest {
        guard query.isEmpty else { throw .unsupportedQuery }
        let fields = try RequestFields.read(head, body, &parser)
        let model = try fields.model()
        let isStreaming = try fields.boolean("stream") ?? false
        let turns = try fields.turns(needContent: false, OpenAIChatCompletions.role)
        let completionLimit = try fields.integer("max_completion_tokens", least: 1)
        let limit = try fields.integer("max_tokens", least: 1)
        return ParsedRequest(
            document: fields.value.document, model: model.name, modelRange: model.range, isStreaming: isStreaming,
            usageInStream: isStreaming ? try OpenAIChatCompletions.usageInStream(fields) : .notApplicable,
            maximumOutputTokens: completionLimit ?? limit, turns: turns,
            toolCount: try fields.objects("tools").count + fields.objects("functions").count, regionAsked: nil,
            asksVendorToStore: try fields.boolean("store") ?? false,
            // Nothing that chooses whom the vendor bills, and nothing about the caller's machine.
            forwardedHeaders: try ForwardedHeaders.select(
                [("openai-beta", ForwardedHeaders.namesLimit)], from: head), forwardedQuery: "")
    }

    package func strings(_ request: ParsedRequest) -> InspectableRequest {
        InspectableRequest(request.document, unreadable: OpenAIReadability.unreadable(in: request.document.root))
    }

    package func outgoing(
        _ request: ParsedRequest, model: String, redactions: [Splice], injectsUsage: Bool
    ) -> OutgoingRequest {
        OutgoingRequest(request, path: path, model: model, redactions: redactions, injectsUsage: injectsUsage)
    }

    package func translate(_ request: ParsedRequest, to target: WireProtocol) -> Translation {
        switch target {
        case .openai: .native
        case .anthropic:
            .wrongEndpoint(
                Failure(
                    .invalidRequest,
                    "this model speaks Anthropic Messages; send the request to POST /v1/messages", field: "model"))
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
        case "system", "developer": .system
        case "user": .user
        case "assistant": .assistant
        case "tool", "function": .tool
        default: .other
        }
    }

    /// Whether usage was asked for, and if not, the one splice that asks: a new member, or the old one's value.
    private static func usageInStream(_ fields: RequestFields) throws(DialectError) -> ParsedRequest.UsageInStream {
        let asking = #""include_usage":true"#
        let root = fields.value
        guard let member = root["stream_options"] else {
            // A request has members, so a comma belongs before the new one.
            return .notAsked(
                offset: root.range.upperBound - 1, removedCount: 0, inserted: #","stream_options":{"# + asking + "}")
        }
        if member.isNull {
            return .notAsked(
                offset: member.range.lowerBound, removedCount: member.range.count, inserted: "{" + asking + "}")
        }
        guard let options = try fields.object("stream_options") else { return .notApplicable }
        guard let flag = options["include_usage"] else {
            let comma = options.members.contains { _ in true } ? "," : ""
            return .notAsked(offset: options.range.upperBound - 1, removedCount: 0, inserted: comma + asking)
        }
        if flag.boolean == true { return .asked }
        guard flag.isNull || flag.boolean == false else {
            throw .wrongType(field: flag.path, expected: "true or false")
        }
        return .notAsked(offset: flag.range.lowerBound, removedCount: flag.range.count, inserted: "true")
    }
}
