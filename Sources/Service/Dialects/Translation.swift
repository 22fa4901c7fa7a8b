/// Whether a request can go to a deployment that speaks a protocol.
package enum Translation: Equatable, Sendable {
    /// The deployment speaks the client's protocol: bytes pass as they are.
    case native
    /// Nothing is translated yet: the caller is told which endpoint to use. Comes after policy, so that nobody learns
    /// from it whether they may use the model.
    case wrongEndpoint(Failure)
}
