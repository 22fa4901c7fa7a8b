internal import Bytes
internal import Crypto
internal import HTTP
internal import Ledger
internal import Runtime
internal import Storage
internal import Stores

/// Has a call that is sent twice under one `idempotency-key` done once.
///
/// An answer may hold what is shown once, such as a key's text. It is kept sealed under a key that is derived from the
/// caller's own idempotency key, of which only a digest is kept: who reads the store reads no answer.
@EventLoop
final class IdempotencyDesk {
    private let pepper: SecretBytes
    private var running: Set<Digest> = []

    init(pepper: SecretBytes) { self.pepper = pepper }

    /// One call and its key.
    struct Ticket: Sendable {
        let id: Digest
        let request: Digest
        fileprivate let key: SecretBytes
    }

    /// Nil for a call without a key. - Parameter caller: whose key it is; two callers never share one.
    func ticket(_ head: RequestHead, body: [UInt8], caller: String) throws(Problem) -> Ticket? {
        guard let text = head.fields.value(of: "idempotency-key") else { return nil }
        guard head.fields.count(of: "idempotency-key") == 1, (1...128).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .badField("idempotency-key", "expected 1 to 128 visible ASCII characters") }
        let secret = HKDF.derive(
            from: pepper, salt: Array(text.utf8), info: Array(("portcullis idempotency " + caller).utf8), count: 64)
        let (id, key) = secret.withUnsafeBytes { bytes in
            (SHA256.digest(Array(bytes[..<32])), SecretBytes(UnsafeRawBufferPointer(rebasing: bytes[32...])))
        }
        let request = SHA256.digest(Array("\(head.method) \(head.target)\n".utf8) + body)
        return Ticket(id: id, request: request, key: key)
    }

    /// Does `work`, unless it was done under this key.
    func once(
        _ ticket: Ticket, _ console: Console, _ work: () async throws(Problem) -> Reply
    ) async throws(Problem) -> Reply {
        guard running.insert(ticket.id).inserted else {
            throw Problem(.idempotencyInFlight, field: "idempotency-key", "idempotency-key: ask again in a moment")
        }
        defer { running.remove(ticket.id) }
        let now = console.now()
        let known = try await console.store { store throws(StorageError) in
            try store.beginIdempotent(ticket.id, request: ticket.request, at: now)
        }
        switch known {
        case .fresh: break
        case .other:
            throw Problem(
                .idempotencyMismatch, field: "idempotency-key",
                "idempotency-key: it was used for another call within 24 hours; take a new one")
        case .open:
            throw Problem(
                .idempotencyUnknown, field: "idempotency-key",
                "idempotency-key: the first call did not end; look whether it was done, and take a new key")
        case .done(let status, let sealed):
            guard let body = open(sealed, ticket) else {
                throw Problem(
                    .idempotencyUnknown, field: "idempotency-key",
                    "idempotency-key: the call was done, and its answer cannot be read any more")
            }
            var reply = Reply(json: body)
            reply.status = status
            return reply
        }
        do throws(Problem) {
            let reply = try await work()
            await end(ticket, console, reply)
            return reply
        } catch {
            await end(ticket, console, nil)
            throw error
        }
    }

    private func end(_ ticket: Ticket, _ console: Console, _ reply: Reply?) async {
        let status = reply?.status ?? 0
        let sealed = reply.flatMap { seal($0.body, ticket) }
        // A failure leaves the call open: whoever repeats it is told that its end is not known.
        if reply != nil, sealed == nil { return }
        _ = try? await console.store { store throws(StorageError) in
            try store.endIdempotent(ticket.id, status: status, sealed: sealed)
        }
    }

    // MARK: Answers at rest

    /// Nonce, ciphertext, tag.
    private func seal(_ body: [UInt8], _ ticket: Ticket) -> [UInt8]? {
        let nonce = SecureRandom.bytes(AES256GCM.nonceLength)
        var sealed = nonce
        do {
            try body.withUnsafeBytes { bytes in
                try AES256GCM().seal(
                    bytes, key: ticket.key, nonce: nonce, authenticating: ticket.request.bytes, to: &sealed)
            }
            return sealed
        } catch { return nil }
    }

    private func open(_ sealed: [UInt8], _ ticket: Ticket) -> [UInt8]? {
        guard sealed.count >= AES256GCM.nonceLength else { return nil }
        do {
            return try sealed[AES256GCM.nonceLength...].withUnsafeBytes { bytes in
                try AES256GCM().open(
                    bytes, key: ticket.key, nonce: Array(sealed[..<AES256GCM.nonceLength]),
                    authenticating: ticket.request.bytes)
            }
        } catch { return nil }
    }
}
