package import JSON

/// A request as far as the gate must understand it. Everything else stays in the received bytes, where it is inspected
/// and forwarded untouched.
package struct ParsedRequest: Sendable {
    /// One entry of the conversation, for matching earlier turns with what was shown.
    package struct Turn: Equatable, Sendable {
        package enum Role: Sendable { case system, user, assistant, tool, other }

        package var role: Role
        /// Bytes of the whole message in the body.
        package var range: Range<Int>
    }

    /// How a client asked for usage in a stream (OpenAI's `stream_options.include_usage`).
    package enum UsageInStream: Equatable, Sendable {
        case asked
        /// Not asked: where a splice can ask in its place, and with which bytes.
        case notAsked(offset: Int, removedCount: Int, inserted: String)
        /// The protocol always reports usage, or the answer is no stream.
        case notApplicable
    }

    /// The received body and its nodes.
    package let document: JSONDocument
    /// The name as the client wrote it, escapes decoded.
    package let model: String
    /// Bytes of the model's value in the body, with its quotes.
    package let modelRange: Range<Int>
    package let isStreaming: Bool
    package let usageInStream: UsageInStream
    package let maximumOutputTokens: Int?
    package let turns: [Turn]
    package let toolCount: Int
    /// The region that the body demands, as it is written.
    package let regionAsked: String?
    /// The vendor is asked to keep the exchange beyond the answer.
    package let asksVendorToStore: Bool
    /// Header fields that go upstream, names in lower case.
    package let forwardedHeaders: [Header]
    /// Query that goes upstream, without its mark; empty for none.
    package let forwardedQuery: String
}

/// One header field.
package struct Header: Equatable, Sendable {
    /// In lower case.
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
