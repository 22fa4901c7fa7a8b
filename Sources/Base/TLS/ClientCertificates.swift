/// Whether a server asks clients for certificates.
package enum ClientCertificates: String, CaseIterable, Sendable {
    case none
    /// Verified when shown.
    case optional
    case required
}
