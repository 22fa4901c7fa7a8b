internal import Files
internal import Glibc

extension TLSError {
    /// A stable word for records, metrics and logs.
    package var code: String {
        switch self {
        case .file, .material, .looseKey, .noSystemAuthorities: "material"
        case .certificateExpired: "certificate_expired"
        case .certificateNotYetValid: "certificate_not_yet_valid"
        case .unknownIssuer: "unknown_issuer"
        case .nameMismatch: "name_mismatch"
        case .certificateRefused: "certificate_refused"
        case .noSharedVersion: "no_shared_version"
        case .noSharedCipher: "no_shared_cipher"
        case .noSharedProtocol: "no_shared_protocol"
        case .clientCertificateMissing: "client_certificate_missing"
        case .notTLS: "not_tls"
        case .refusedByPeer: "refused_by_peer"
        case .closed: "closed"
        case .socket: "socket"
        case .timedOut: "timed_out"
        case .overloaded: "overloaded"
        case .protocolFault: "protocol"
        }
    }

    /// For operators.
    package var message: String {
        switch self {
        case .file(let error): error.description
        case .material(let path, let fault): "\(path): \(fault.message)"
        case .looseKey(let path, let mode):
            "\(path) may be read by others (mode \(String(mode, radix: 8))); run `chmod 600 \(path)`, or 640 with a group of its own, and replace the key in it"
        case .noSystemAuthorities:
            "the machine has no list of certificate authorities; install the package ca-certificates or name a CA file"
        case .certificateExpired: "the other side's certificate has expired; renew it there"
        case .certificateNotYetValid:
            "the other side's certificate is not valid yet; compare the clocks of both machines"
        case .unknownIssuer:
            "the other side's certificate is of an authority that is not trusted here; name its CA file in the settings, or have the other side send its whole chain"
        case .nameMismatch(let expected):
            "the other side's certificate is not for \(expected); correct the address, or set the server name that the certificate has"
        case .certificateRefused(let reason): "the other side's certificate is not accepted: \(reason)"
        case .noSharedVersion: "the two sides share no version of TLS; 1.2 and 1.3 are spoken here"
        case .noSharedCipher: "the two sides share no cipher; ECDHE with AES-GCM or ChaCha20-Poly1305 is spoken here"
        case .noSharedProtocol: "the client insists on a protocol other than http/1.1 (ALPN)"
        case .clientCertificateMissing: "the client showed no certificate, and one is required"
        case .notTLS: "the other side does not speak TLS on this port"
        case .refusedByPeer(let alert):
            "the other side refused with alert \(alert) (\(TLSError.alertName(alert))); its log says more"
        case .closed: "the other side closed in the middle of the handshake"
        case .socket(let number):
            "the connection failed in the handshake: \(String(cString: strerror(number)).lowercased())"
        case .timedOut: "the handshake was not complete in time"
        case .overloaded: "too many handshakes at once"
        case .protocolFault(let reason): "the handshake failed: \(reason)"
        }
    }

    /// RFC 8446 section 6 and RFC 5246 section 7.2.
    static func alertName(_ number: Int) -> String {
        switch number {
        case 10: "unexpected message"
        case 20: "bad record MAC"
        case 40: "handshake failure"
        case 42: "bad certificate"
        case 43: "unsupported certificate"
        case 44: "certificate revoked"
        case 45: "certificate expired"
        case 46: "certificate unknown"
        case 47: "illegal parameter"
        case 48: "unknown authority"
        case 49: "access denied"
        case 50: "decode error"
        case 51: "decrypt error"
        case 70: "protocol version"
        case 71: "insufficient security"
        case 80: "internal error"
        case 112: "unrecognized name"
        case 116: "certificate required"
        case 120: "no application protocol"
        default: "unnamed"
        }
    }
}

extension TLSError.MaterialFault {
    package var message: String {
        switch self {
        case .noCertificate: "holds no certificate; expected PEM, the server's own certificate first"
        case .badCertificate: "holds a certificate that cannot be read; expected PEM"
        case .noKey: "holds no private key; expected PEM"
        case .badKey: "holds a private key that cannot be read; expected PEM"
        case .encryptedKey: "holds an encrypted private key; store it unencrypted with mode 600"
        case .keyMismatch:
            "holds the key of another certificate; the certificate of this key must come first in its chain"
        case .chainOrder: "holds a chain out of order; each certificate must be followed by its issuer's"
        case .weak: "holds a certificate with a key or signature too weak to be used; take RSA of 2048 bits or P-256"
        case .expired: "holds a certificate that has expired; renew it"
        case .notYetValid: "holds a certificate that is not valid yet; compare the machine's clock"
        case .noAuthority: "holds no certificate of an authority that can be read; expected PEM"
        }
    }
}
