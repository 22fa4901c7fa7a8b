/// The two wire protocols that the simulator speaks. Not the gate's own type: a judge shares no vocabulary with whom it
/// judges.
package enum VendorProtocol: String, Sendable, CaseIterable {
    case openAI = "openai"
    case anthropic
}
