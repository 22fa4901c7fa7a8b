package import HTTP

/// Which path is what. A further protocol adds its endpoints to `endpoints` and its shape to `notBuilt`.
package enum Route: Sendable {
    case endpoint(any Endpoint)
    /// `GET /v1/models`
    case modelList
    /// `GET /v1/models/{id}`
    case model(id: String)
    /// Known and answered in its protocol's shape: not built yet, or a method that it has not.
    case refused(ErrorAnswer)
    /// No path of any wire protocol.
    case unknown

    /// Headers of vendors' answers that clients get to see, of all protocols.
    package static let returnedHeaders = endpoints.map(\.returnedHeaders).reduce(FieldNames([])) { $0.union($1) }

    private static let endpoints: [any Endpoint] = [OpenAIChatCompletions(), AnthropicMessages()]

    /// Paths that are planned; one that ends in `*` stands for all that begin so.
    private static let notBuilt: [(path: String, shape: any ErrorShape)] = [
        ("/v1/messages/count_tokens", AnthropicErrors()), ("/v1/messages/batches*", AnthropicErrors()),
        ("/v1/responses*", OpenAIErrors()), ("/v1/embeddings", OpenAIErrors()), ("/v1beta/*", GoogleErrors()),
    ]

    private static let served = "this gate serves /v1/chat/completions, /v1/messages and /v1/models"

    /// - Parameter path: without query, as received.
    package static func find(method: String, path: some StringProtocol) -> Route {
        if let endpoint = endpoints.first(where: { $0.path == path }) {
            if method == "POST" { return .endpoint(endpoint) }
            return .refused(endpoint.failure(methodNotAllowed("POST"), reference: nil))
        }
        if path == "/v1/models" || path.hasPrefix("/v1/models/") {
            guard method == "GET" else {
                return .refused(OpenAIErrors().failure(methodNotAllowed("GET"), reference: nil))
            }
            let id = path.dropFirst("/v1/models/".count)
            return id.isEmpty ? .modelList : .model(id: String(id))
        }
        for planned in notBuilt where matches(path, planned.path) {
            let message = "\(path) is not built yet; " + served
            return .refused(planned.shape.failure(Failure(.notBuilt, message), reference: nil))
        }
        return .unknown
    }

    /// The answer for a path that is nobody's, in the shape that the caller most likely reads.
    package static func notFound(_ head: some HeaderLookup) -> ErrorAnswer {
        shape(for: head).failure(Failure(.notFound, "there is nothing at this path; " + served), reference: nil)
    }

    /// Anthropic's shape for whoever sends its version header, else OpenAI's.
    package static func shape(for head: some HeaderLookup) -> any ErrorShape {
        if head.count(of: "anthropic-version") > 0 { return AnthropicErrors() }
        return OpenAIErrors()
    }

    private static func methodNotAllowed(_ method: String) -> Failure {
        Failure(.methodNotAllowed, "this path takes \(method) only", allow: method)
    }

    private static func matches(_ path: some StringProtocol, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? path.hasPrefix(pattern.dropLast()) : path == pattern
    }
}
