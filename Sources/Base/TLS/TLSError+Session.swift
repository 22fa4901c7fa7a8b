internal import CTLS
internal import Glibc

extension TLSError {
    /// Why a session failed, from the library's words for it.
    init(_ session: OpaquePointer, step: Int32, expecting name: String?) {
        switch UInt32(bitPattern: step) {
        case PORTCULLIS_TLS_ENDED.rawValue, PORTCULLIS_TLS_TRUNCATED.rawValue: self = .closed
        case PORTCULLIS_TLS_SOCKET_FAILED.rawValue:
            self = .socket(errorNumber: portcullis_tls_errno(session))
        default: self = TLSError.protocolFailure(session, name)
        }
    }

    private static func protocolFailure(_ session: OpaquePointer, _ name: String?) -> TLSError {
        let reason = Int(portcullis_tls_reason(session))
        switch reason {
        case LibraryReason.certificateVerifyFailed: return unaccepted(portcullis_tls_verify_result(session), name)
        case LibraryReason.noCertificateReturned: return .clientCertificateMissing
        case LibraryReason.unsupportedProtocol, LibraryReason.versionTooLow, LibraryReason.wrongVersion,
            LibraryReason.alert + 70:
            return .noSharedVersion
        case LibraryReason.wrongVersionNumber, LibraryReason.httpRequest, LibraryReason.httpsProxyRequest,
            LibraryReason.packetLengthTooLong:
            return .notTLS
        case LibraryReason.noSharedCipher: return .noSharedCipher
        case LibraryReason.noApplicationProtocol: return .noSharedProtocol
        case LibraryReason.alert + 116: return .clientCertificateMissing
        case LibraryReason.alert + 1...LibraryReason.alert + 255:
            return .refusedByPeer(alert: reason - LibraryReason.alert)
        default: return .protocolFault(reason: String(cString: portcullis_tls_reason_text(session)))
        }
    }

    private static func unaccepted(_ result: Int, _ name: String?) -> TLSError {
        switch result {
        case VerifyResult.hasExpired: .certificateExpired
        case VerifyResult.notYetValid: .certificateNotYetValid
        case VerifyResult.issuerMissing, VerifyResult.issuerMissingLocally, VerifyResult.selfSigned,
            VerifyResult.selfSignedInChain, VerifyResult.cannotVerifyLeaf:
            .unknownIssuer
        case VerifyResult.hostMismatch, VerifyResult.addressMismatch: .nameMismatch(expected: name ?? "this name")
        default: .certificateRefused(reason: String(cString: portcullis_tls_verify_text(result)))
        }
    }

    /// SSL_R_… of openssl/sslerr.h: macros, and the interface that keeps them out does not import them.
    private enum LibraryReason {
        static let alert = 1000
        static let certificateVerifyFailed = 134
        static let httpsProxyRequest = 155
        static let httpRequest = 156
        static let noSharedCipher = 193
        static let packetLengthTooLong = 198
        static let noCertificateReturned = 199
        static let noApplicationProtocol = 235
        static let unsupportedProtocol = 258
        static let wrongVersion = 266
        static let wrongVersionNumber = 267
        static let versionTooLow = 396
    }

    /// X509_V_ERR_… of openssl/x509_vfy.h.
    private enum VerifyResult {
        static let issuerMissing = 2
        static let notYetValid = 9
        static let hasExpired = 10
        static let selfSigned = 18
        static let selfSignedInChain = 19
        static let issuerMissingLocally = 20
        static let cannotVerifyLeaf = 21
        static let hostMismatch = 62
        static let addressMismatch = 64
    }
}
