internal import JSON

/// What an accepted request asks for, without the protocol's words.
struct ChatRequest {
    enum Structure {
        case freeText
        /// Any object.
        case json
        /// An instance of a JSON Schema.
        case schema(JSONValue)
    }

    /// A tool that must be called, and the schema of its arguments.
    struct Forced {
        var name: String
        var parameters: JSONValue?
    }

    /// LIMIT: tokens of one answer, as the larger models of the vendors have it.
    static let outputTokenLimit = 128_000
    /// Tokens of an answer whose length the request leaves open.
    static let usualTokens = 20

    var wire: VendorProtocol
    var model: String
    var streams = false
    /// Nil when the request leaves it open.
    var tokenLimit: Int?
    var choices = 1
    var stops: [String] = []
    var forced: [Forced] = []
    /// Whether the finish is told as a call; OpenAI says "stop" when one function was named.
    var endsWithCalls = true
    var structure = Structure.freeText
    var thinks = false
    var includesUsage = false
    var includesObfuscation = true
    /// The place of processing that the request demands.
    var region: String?
    /// The text of the last user message; of several parts, joined.
    var lastUserText = ""
}

extension ChatRequest {
    /// The text of a content that is a string or a list of parts.
    static func text(of content: JSONValue?) -> String {
        guard let content else { return "" }
        if let text = content.string { return text }
        return content.elements.compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    static func lastUserText(of body: JSONValue) -> String {
        let messages = body["messages"].map { Array($0.elements) } ?? []
        let user = messages.last { $0["role"]?.reads(as: "user") ?? false }
        return text(of: user?["content"])
    }
}
