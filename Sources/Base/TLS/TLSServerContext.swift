internal import Bytes
internal import CTLS
internal import Crypto
internal import Files

/// What a server's sessions are made from: certificates by name, whom it trusts, how it resumes. Not changed once made
/// but for the keys of its tickets; new files make a new one (`ServerIdentity`).
package final class TLSServerContext: @unchecked Sendable {
    // SAFETY: made by one thread and handed over whole; from then on used by the event loop's thread only.
    let pointer: OpaquePointer
    private let tickets: TicketKeys
    private var ticketWindow = Int64.min
    /// The earliest end of a served certificate, in seconds since 1970.
    package let notAfter: Int64

    /// Where a server's certificates lie, and whom it lets in.
    package struct Files: Hashable, Sendable {
        /// The first is shown to clients that ask for no name, or for one that no other has.
        package var certificates: [CertificateFiles]
        /// A PEM file of the authorities that clients' certificates must be of.
        package var clientAuthorities: String?
        package var clientCertificates: ClientCertificates

        package init(
            certificates: [CertificateFiles], clientAuthorities: String? = nil,
            clientCertificates: ClientCertificates = .none
        ) {
            self.certificates = certificates
            self.clientAuthorities = clientAuthorities
            self.clientCertificates = clientCertificates
        }

        var paths: [String] { certificates.flatMap { [$0.chain, $0.key] } + [clientAuthorities].compactMap { $0 } }
    }

    /// Blocking: reads the files.
    package init(_ files: Files, tickets: TicketKeys) throws(TLSError) {
        guard let pointer = portcullis_tls_server() else { throw .protocolFault(reason: "no memory for a context") }
        var scope: [UInt8] = []
        do throws(TLSError) {
            try TLSServerContext.fill(pointer, files, &scope)
        } catch {
            portcullis_tls_context_free(pointer)
            throw error
        }
        self.pointer = pointer
        self.tickets = tickets
        notAfter = portcullis_tls_not_after(pointer)
        // A session goes on only where the same clients would be let in: who was admitted under other authorities, or
        // without a certificate, shows one again.
        let digest = SHA256.digest(scope)
        let isSet = digest.withUnsafeBytes { portcullis_tls_set_session_scope(pointer, $0.baseAddress, $0.count) }
        precondition(isSet == 1, "a session scope of 32 bytes")
    }

    private static func fill(_ pointer: OpaquePointer, _ files: Files, _ scope: inout [UInt8]) throws(TLSError) {
        for pair in files.certificates {
            try add(pair, to: pointer)
        }
        scope += Array(files.clientCertificates.rawValue.utf8) + [0]
        guard files.clientCertificates != .none, let path = files.clientAuthorities else { return }
        let authorities = try TLSMaterial.read(path)
        scope += authorities
        let count = authorities.withUnsafeBytes { portcullis_tls_trust(pointer, $0.baseAddress, $0.count) }
        guard count > 0 else { throw .material(path: path, .noAuthority) }
        let mode =
            files.clientCertificates == .required ? PORTCULLIS_TLS_CLIENT_REQUIRED : PORTCULLIS_TLS_CLIENT_OPTIONAL
        portcullis_tls_ask_client(pointer, Int32(mode.rawValue))
    }

    /// To be called before a session is made: tickets are sealed under the key of the present window.
    package func useTickets(at secondsSince1970: Int64) {
        let window = TicketKeys.window(at: secondsSince1970)
        guard window != ticketWindow else { return }
        ticketWindow = window
        tickets.keys(at: window).withUnsafeBytes { keys in
            portcullis_tls_set_ticket_keys(pointer, keys.baseAddress, Int32(PORTCULLIS_TLS_TICKET_KEYS))
        }
    }

    deinit { portcullis_tls_context_free(pointer) }
}

/// A certificate and its key, of a server or of a client.
func add(_ pair: CertificateFiles, to pointer: OpaquePointer) throws(TLSError) {
    let chain = try TLSMaterial.read(pair.chain)
    var key = try TLSMaterial.readKey(pair.key)
    let secret = SecretBytes(taking: &key)
    let result = chain.withUnsafeBytes { chain in
        secret.withUnsafeBytes { key in
            portcullis_tls_add_certificate(pointer, chain.baseAddress, chain.count, key.baseAddress, key.count)
        }
    }
    let fault: (String, TLSError.MaterialFault)? =
        switch UInt32(bitPattern: result) {
        case PORTCULLIS_TLS_GOOD.rawValue: nil
        case PORTCULLIS_TLS_NO_CERTIFICATE.rawValue: (pair.chain, .noCertificate)
        case PORTCULLIS_TLS_NO_KEY.rawValue: (pair.key, .noKey)
        case PORTCULLIS_TLS_BAD_KEY.rawValue: (pair.key, .badKey)
        case PORTCULLIS_TLS_ENCRYPTED_KEY.rawValue: (pair.key, .encryptedKey)
        case PORTCULLIS_TLS_KEY_MISMATCH.rawValue: (pair.key, .keyMismatch)
        case PORTCULLIS_TLS_CHAIN_ORDER.rawValue: (pair.chain, .chainOrder)
        case PORTCULLIS_TLS_WEAK.rawValue: (pair.chain, .weak)
        case PORTCULLIS_TLS_EXPIRED.rawValue: (pair.chain, .expired)
        case PORTCULLIS_TLS_NOT_YET_VALID.rawValue: (pair.chain, .notYetValid)
        default: (pair.chain, .badCertificate)
        }
    if let (path, fault) = fault { throw .material(path: path, fault) }
}
