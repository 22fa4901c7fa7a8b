internal import CTLS
package import Runtime

/// One connection's session, on its socket's descriptor, or within the session with a proxy. Never blocks; the owner
/// watches the descriptor.
@EventLoop
package final class TLSSession {
    package enum Handshake: Equatable, Sendable {
        case done
        /// Until the socket is readable; and writable, if `unsent` is above 0.
        case wait
        case failed(TLSError)
    }

    package enum Received: Equatable, Sendable {
        case bytes(Int)
        case wouldBlock
        /// The other side said that it is done (close_notify).
        case ended
        /// The connection ended without that: what came may lack its end (RFC 8446 section 6.1).
        case truncated
        case failed(TLSError)
    }

    package enum Sent: Equatable, Sendable {
        case bytes(Int)
        case wouldBlock
        case failed(TLSError)
    }

    /// Bytes of a buffer that `read` can be given.
    package nonisolated static let readSize = Int(PORTCULLIS_TLS_READ)
    private nonisolated static let recordSize = Int(PORTCULLIS_TLS_RECORD)
    /// Where the parts of a record come together.
    private static let record = UnsafeMutableRawBufferPointer.allocate(byteCount: recordSize, alignment: 64)

    // SAFETY: used on the loop's thread; freed when the last owner has let go of this object.
    private nonisolated(unsafe) let pointer: OpaquePointer
    /// Lives as long as its sessions.
    private let context: AnyObject
    private let within: TLSSession?
    private let name: String?
    private let tickets: TLSClientContext?
    private let server: String
    private var offered: SessionTicket?
    /// Bytes of the record that waits for the kernel. The next `write` begins with them again.
    ///
    /// INVARIANT: they are sealed and will go out: the owner may not take them back.
    package private(set) var committed = 0
    private var end: Received?

    /// Nil without memory.
    package init?(accepting context: TLSServerContext, descriptor: Int32) {
        guard let pointer = portcullis_tls_accept(context.pointer, descriptor) else { return nil }
        self.pointer = pointer
        self.context = context
        within = nil
        name = nil
        tickets = nil
        server = ""
    }

    /// - Parameter name: verified against the certificate; sent, too, unless it is an address.
    /// - Parameter port: of the server, so that tickets go back to where they came from.
    /// - Parameter within: a session with a proxy, on the same descriptor.
    package init?(
        connecting context: TLSClientContext, descriptor: Int32, name: String, isAddress: Bool, port: UInt16,
        within: TLSSession? = nil
    ) {
        let server = "\(name):\(port)"
        let ticket = context.takeTicket(for: server)
        guard
            let pointer = portcullis_tls_connect(
                context.pointer, descriptor, within?.pointer, name, isAddress ? 1 : 0, ticket?.pointer)
        else { return nil }
        self.pointer = pointer
        self.context = context
        self.within = within
        self.name = name
        tickets = context
        self.server = server
        offered = ticket
    }

    // MARK: Handshake

    package func handshake() -> Handshake {
        let step = portcullis_tls_handshake(pointer)
        switch UInt32(bitPattern: step) {
        case PORTCULLIS_TLS_DONE.rawValue:
            if isResumed, portcullis_tls_peer_certificate_ended(pointer) == 1 { return .failed(.certificateExpired) }
            return .done
        case PORTCULLIS_TLS_WAIT.rawValue: return .wait
        default: return .failed(TLSError(pointer, step: step, expecting: name))
        }
    }

    package var isResumed: Bool { portcullis_tls_is_resumed(pointer) == 1 }
    /// `TLSv1.2` or `TLSv1.3`.
    package var version: String { String(cString: portcullis_tls_version(pointer)) }
    package var cipher: String { String(cString: portcullis_tls_cipher(pointer)) }
    /// The other side has shown a certificate, and it was verified.
    package var hasPeerCertificate: Bool { portcullis_tls_has_peer_certificate(pointer) == 1 }

    /// Lays by what the server gave for resuming. To be called when a client's connection rests or ends.
    package func keepTicket() {
        guard let tickets else { return }
        if let ticket = portcullis_tls_take_ticket(pointer) {
            offered = nil
            tickets.keep(SessionTicket(taking: ticket), for: server)
        } else if let offered, isResumed, version == "TLSv1.2" {
            // A ticket of TLS 1.2 may be used again; one of 1.3 is used once (RFC 8446 appendix C.4).
            self.offered = nil
            tickets.keep(offered, for: server)
        }
    }

    // MARK: Bytes

    /// - Parameter buffer: of `readSize` bytes: what one system call can bring.
    package func read(into buffer: UnsafeMutableRawBufferPointer) -> Received {
        if let end { return end }
        var count = 0
        let step = portcullis_tls_read(pointer, buffer.baseAddress, buffer.count, &count)
        let after: Received
        switch UInt32(bitPattern: step) {
        case PORTCULLIS_TLS_DONE.rawValue, PORTCULLIS_TLS_WAIT.rawValue: after = .wouldBlock
        case PORTCULLIS_TLS_ENDED.rawValue: after = .ended
        case PORTCULLIS_TLS_TRUNCATED.rawValue: after = .truncated
        default: after = .failed(TLSError(pointer, step: step, expecting: name))
        }
        if after != .wouldBlock { end = after }
        if within != nil { holdsMore = count > buffer.count - TLSSession.recordSize }
        return count > 0 ? .bytes(count) : after
    }

    /// There is more to read than the descriptor tells of: read again before waiting for it.
    package var mustReadAgain: Bool { end != nil || holdsMore }
    private var holdsMore = false

    /// Takes bytes of the first part, then of the second, as records: what fits one record goes out in one.
    ///
    /// As with a socket, what was not taken is to be offered again, unchanged, when the descriptor is writable.
    package func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer?) -> Sent {
        if unsent > 0 {
            let step = portcullis_tls_flush(pointer)
            guard step == Int32(PORTCULLIS_TLS_DONE.rawValue) else {
                return .failed(TLSError(pointer, step: step, expecting: name))
            }
            if unsent > 0 { return .wouldBlock }
        }
        let total = first.count + (second?.count ?? 0)
        var taken = min(committed, total)
        committed = 0
        while taken < total {
            let piece = TLSSession.piece(first, second, from: taken)
            let step = portcullis_tls_write(pointer, piece.baseAddress, piece.count)
            guard step == Int32(PORTCULLIS_TLS_DONE.rawValue) else {
                return .failed(TLSError(pointer, step: step, expecting: name))
            }
            if unsent > 0 {
                committed = piece.count
                break
            }
            taken += piece.count
        }
        return taken > 0 || total == 0 ? .bytes(taken) : .wouldBlock
    }

    /// The plaintext of the next record.
    private static func piece(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer?, from position: Int
    ) -> UnsafeRawBufferPointer {
        guard let second, !second.isEmpty else {
            return UnsafeRawBufferPointer(rebasing: first[position...].prefix(recordSize))
        }
        if position >= first.count {
            return UnsafeRawBufferPointer(rebasing: second[(position - first.count)...].prefix(recordSize))
        }
        let left = first.count - position
        if left >= recordSize { return UnsafeRawBufferPointer(rebasing: first[position...].prefix(recordSize)) }
        let more = min(recordSize - left, second.count)
        record.copyMemory(from: UnsafeRawBufferPointer(rebasing: first[position...]))
        UnsafeMutableRawBufferPointer(rebasing: record[left...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: second[..<more]))
        return UnsafeRawBufferPointer(rebasing: record[..<(left + more)])
    }

    /// Sends what waits of a handshake.
    package func flush() { _ = portcullis_tls_flush(pointer) }

    /// Bytes that are sealed and wait for the kernel.
    package var unsent: Int { portcullis_tls_unsent(pointer) }

    /// Says that no more comes (close_notify). Not said, the other side sees a truncation.
    package func notifyEnd() { portcullis_tls_notify(pointer) }

    deinit { portcullis_tls_session_free(pointer) }
}
