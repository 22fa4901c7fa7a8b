package import Files

/// What can go wrong with TLS: with the files that it is set up from, or between two sides. A case carries what repairs
/// the fault; no key material, nothing that the other side sent but its alert's number.
package enum TLSError: Error, Equatable, Sendable {
    // MARK: Files

    case file(FileError)
    case material(path: String, MaterialFault)
    /// A private key that others may read.
    case looseKey(path: String, mode: UInt32)
    case noSystemAuthorities

    // MARK: Handshakes

    case certificateExpired
    case certificateNotYetValid
    case unknownIssuer
    /// The certificate is for another name than `expected`.
    case nameMismatch(expected: String)
    /// The library's sentence, a fixed text.
    case certificateRefused(reason: String)
    case noSharedVersion
    case noSharedCipher
    case noSharedProtocol
    case clientCertificateMissing
    case notTLS
    /// The other side refused with an alert (RFC 8446 section 6.2).
    case refusedByPeer(alert: Int)
    /// The connection ended in the middle of the handshake.
    case closed
    case socket(errorNumber: Int32)
    case timedOut
    case overloaded
    /// The library's reason, a fixed text.
    case protocolFault(reason: String)

    package enum MaterialFault: Equatable, Sendable {
        case noCertificate, badCertificate, noKey, badKey, encryptedKey, keyMismatch, chainOrder, weak, expired
        case notYetValid, noAuthority
    }
}
