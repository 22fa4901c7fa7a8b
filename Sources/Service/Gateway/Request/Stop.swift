internal import Dialects
internal import Policy
internal import Vocabulary

/// Why a request ends at the gate instead of at a model.
enum Stop: Error {
    /// The request cannot be served as it is, or something failed: an error of the client's protocol.
    case failed(Failure)
    /// The gate says no, for reasons that are recorded and told.
    case refused(Refusal, decision: Decision?)
    /// The client has left; there is nobody to answer.
    case gone
}
