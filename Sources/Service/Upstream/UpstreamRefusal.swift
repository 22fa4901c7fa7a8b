package import Vocabulary

/// Why an upstream could not even be tried.
package enum UpstreamRefusal: Error, Equatable, Sendable {
    case noCredential(DeploymentID)
    /// The credential's text could not stand in a header.
    case unusableCredential(DeploymentID)
    /// The endpoint speaks TLS, and nothing is there to trust anybody by.
    case noTrust(host: String)

    /// For operators; names no secret.
    package var message: String {
        switch self {
        case .noCredential(let id):
            "deployment \(id) has no usable credential; put it into credentials/\(id).key with mode 600"
        case .unusableCredential(let id): "the credential of deployment \(id) holds bytes that no header may hold"
        case .noTrust(let host):
            "no way to \(host): this machine's certificate authorities cannot be read; install ca-certificates or set `upstream_authorities`"
        }
    }
}
