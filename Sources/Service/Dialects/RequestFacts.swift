package import Vocabulary

/// What the ledger notes of a request beside its bytes.
package struct RequestFacts: Equatable, Sendable {
    package var endpoint: String
    package var wireProtocol: WireProtocol
    package var modelAsked: String
    package var isStreaming: Bool
    package var maximumOutputTokens: Int?
    package var turnCount: Int
    package var toolCount: Int
    package var regionAsked: String?
    package var asksVendorToStore: Bool
    /// Names of the header fields that went upstream from the client, and their values.
    package var forwardedHeaders: [Header]
    /// The query that went upstream, without its mark.
    package var forwardedQuery: String

    init(_ request: ParsedRequest, endpoint: String, wireProtocol: WireProtocol) {
        self.endpoint = endpoint
        self.wireProtocol = wireProtocol
        modelAsked = request.model
        isStreaming = request.isStreaming
        maximumOutputTokens = request.maximumOutputTokens
        turnCount = request.turns.count
        toolCount = request.toolCount
        regionAsked = request.regionAsked
        asksVendorToStore = request.asksVendorToStore
        forwardedHeaders = request.forwardedHeaders
        forwardedQuery = request.forwardedQuery
    }
}
