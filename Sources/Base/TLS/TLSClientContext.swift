internal import CTLS
internal import Files

/// What a client's sessions are made from: whom it trusts, what it shows, and the tickets of earlier sessions. Not
/// changed once made; new files make a new one (`ClientIdentity`), which begins without tickets: nothing that was
/// verified under other authorities is resumed.
package final class TLSClientContext: @unchecked Sendable {
    // SAFETY: made by one thread and handed over whole; from then on used by the event loop's thread only.
    let pointer: OpaquePointer
    private var tickets: [String: [SessionTicket]] = [:]
    /// The end of the client's own certificate, in seconds since 1970; 0 without one.
    package let notAfter: Int64

    /// LIMIT: servers of which tickets are kept, and tickets of each. A ticket of TLS 1.3 is used once.
    private static let servers = 1024
    private static let ticketsOfServer = 8

    package struct Files: Hashable, Sendable {
        /// A PEM file of authorities; nil is what the machine trusts.
        package var authorities: String?
        /// Shown to servers that ask.
        package var certificate: CertificateFiles?

        package init(authorities: String? = nil, certificate: CertificateFiles? = nil) {
            self.authorities = authorities
            self.certificate = certificate
        }

        var paths: [String] { [authorities, certificate?.chain, certificate?.key].compactMap { $0 } }
    }

    /// Blocking: reads the files.
    package init(_ files: Files) throws(TLSError) {
        guard let pointer = portcullis_tls_client() else { throw .protocolFault(reason: "no memory for a context") }
        do throws(TLSError) { try TLSClientContext.fill(pointer, files) } catch {
            portcullis_tls_context_free(pointer)
            throw error
        }
        self.pointer = pointer
        notAfter = portcullis_tls_not_after(pointer)
    }

    private static func fill(_ pointer: OpaquePointer, _ files: Files) throws(TLSError) {
        if let path = files.authorities {
            let authorities = try TLSMaterial.read(path)
            let count = authorities.withUnsafeBytes { portcullis_tls_trust(pointer, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .material(path: path, .noAuthority) }
        } else {
            guard portcullis_tls_trust_system(pointer) == 1 else { throw .noSystemAuthorities }
        }
        if let pair = files.certificate { try add(pair, to: pointer) }
    }

    /// The newest ticket for a server, taken out.
    func takeTicket(for server: String) -> SessionTicket? { tickets[server]?.popLast() }

    func keep(_ ticket: SessionTicket, for server: String) {
        if tickets[server] == nil, tickets.count >= TLSClientContext.servers { tickets.removeAll() }
        tickets[server, default: []].append(ticket)
        if let count = tickets[server]?.count, count > TLSClientContext.ticketsOfServer {
            tickets[server]?.removeFirst(count - TLSClientContext.ticketsOfServer)
        }
    }

    deinit { portcullis_tls_context_free(pointer) }
}
