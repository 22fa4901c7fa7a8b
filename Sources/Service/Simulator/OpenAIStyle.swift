/// What a vendor's chunks look like besides their content.
struct OpenAIStyle: Equatable {
    enum UsagePlace: Equatable {
        /// Nowhere in a stream; in a whole answer as ever.
        case none
        /// In a last chunk without choices, and null in all others: `include_usage`.
        case ownChunk
        /// Beside the finishing choice.
        case withFinish
        /// By a script: not even in a whole answer.
        case omitted
    }

    var usage: UsagePlace
    var namesTier: Bool
    var writesObfuscation: Bool
    var startsWithPromptFilter: Bool

    /// Azure's first chunk has no choices and holds the prompt's filter results.
    static let promptFilterChunk: StaticString = """
        data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,\
        "content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,\
        "severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,\
        "severity":"safe"}}}]}\n\n
        """
}
