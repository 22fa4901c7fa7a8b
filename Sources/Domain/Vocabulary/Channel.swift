/// By which door a model is reached. The same model behind two doors stands under two contracts, and gets two answers.
package enum Channel: String, CaseIterable, Sendable {
    /// The developer's own enterprise API.
    case direct
    case bedrock
    case vertex
    case foundry
    /// Any other firm that resells the model.
    case reseller
    /// Google's developer API, outside the cloud contract.
    case aistudio
    /// A developer's public API in its own jurisdiction, outside an enterprise agreement.
    case vendorAPI = "vendor_api"
    /// Weights that the firm, or a host under its control, runs.
    case selfHosted = "selfhost"
}
