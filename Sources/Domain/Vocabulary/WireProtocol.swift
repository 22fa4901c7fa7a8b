/// A vendor's wire protocol, as a client speaks it and as a deployment understands it.
package enum WireProtocol: String, CaseIterable, Sendable {
    /// OpenAI chat completions and what copies it.
    case openai
    /// Anthropic Messages.
    case anthropic
}
