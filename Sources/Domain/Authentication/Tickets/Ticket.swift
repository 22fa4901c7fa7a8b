package import Bytes
package import CBOR
package import Crypto
package import Vocabulary

/// What is given to a browser at the first step of a ceremony and comes back at the second: sealed, so that the server
/// keeps nothing of ceremonies that are begun and never ended, and whoever begins many takes nobody's room.
///
///     base64url( nonce 12 bytes ‖ AES-256-GCM( CBOR [expires, id, content] ) ‖ tag 16 bytes )
///
/// The purpose is authenticated beside it: a ticket for one thing opens nothing else.
package struct Ticket: Sendable {
    /// Names it where it must be used once.
    package let id: Digest
    package let content: CBOR
    package let expires: Instant

    package enum Purpose: String, Sendable {
        case openIDConnect = "openid-connect"
        case passkeyRegistration = "passkey-registration"
        case passkeyAssertion = "passkey-assertion"
    }

    /// LIMIT: of a ticket, in characters; a cookie has room for 4096.
    package static let maximumLength = 3072
    /// LIMIT: how long one may take from the first step to the second.
    package static let lifetimeSeconds: Int64 = 600

    /// - Parameters:
    ///   - key: 32 random bytes of this run of the program.
    ///   - random: 44 fresh random bytes.
    package static func seal(
        _ content: CBOR, for purpose: Purpose, key: SecretBytes, random: [UInt8], at now: Instant
    ) throws(AuthenticationError) -> String {
        precondition(random.count == 44, "a ticket needs 44 random bytes")
        let expires = now.adding(seconds: lifetimeSeconds)
        let body = CBOR.array([.integer(expires.seconds), .bytes(Array(random[12...])), content]).encoded()
        let nonce = Array(random[..<12])
        var sealed = nonce
        do throws(CryptoError) {
            try body.span.bytes.withUnsafeBytes { (bytes) throws(CryptoError) in
                try AES256GCM().seal(
                    bytes, key: key, nonce: nonce, authenticating: associated(purpose), to: &sealed)
            }
        } catch {
            throw .unknownTicket
        }
        let text = Base64.encodeURL(sealed)
        guard text.utf8.count <= maximumLength else { throw .malformed(field: "ticket") }
        return text
    }

    package init(
        _ text: String, for purpose: Purpose, key: SecretBytes, at now: Instant
    ) throws(AuthenticationError) {
        guard text.utf8.count <= Ticket.maximumLength, let sealed = Base64.decodeURL(text), sealed.count > 28,
            let body = Ticket.open(sealed, purpose, key), let item = try? CBOR.decode(body),
            let parts = item.asArray, parts.count == 3, let seconds = parts[0].asInteger,
            let id = parts[1].asBytes.flatMap({ Digest($0) })
        else { throw .unknownTicket }
        expires = Instant(seconds: seconds)
        guard now < expires else { throw .expired }
        self.id = id
        content = parts[2]
    }

    private static func open(_ sealed: [UInt8], _ purpose: Purpose, _ key: SecretBytes) -> [UInt8]? {
        let nonce = Array(sealed[..<12])
        let rest = Array(sealed[12...])
        return rest.span.bytes.withUnsafeBytes { bytes in
            // Altered, of another purpose or of another key: one answer for all.
            try? AES256GCM().open(bytes, key: key, nonce: nonce, authenticating: associated(purpose))
        }
    }

    private static func associated(_ purpose: Purpose) -> [UInt8] {
        Array("portcullis ticket \(purpose.rawValue)".utf8)
    }
}
