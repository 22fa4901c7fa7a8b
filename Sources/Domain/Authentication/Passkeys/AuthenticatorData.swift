internal import Bytes
internal import CBOR
internal import Crypto

/// What an authenticator says and signs (WebAuthn level 2 section 6.1):
///
///     rpIdHash 32 ‖ flags 1 ‖ signCount 4
///     [ aaguid 16 ‖ length 2 ‖ credential id ‖ public key (COSE) ]   with flag 0x40
///     [ extensions (CBOR map) ]                                       with flag 0x80
struct AuthenticatorData {
    struct Attested {
        let model: [UInt8]
        let id: [UInt8]
        let key: COSEKey
    }

    let relyingPartyHash: Digest
    let isUserPresent: Bool
    let isUserVerified: Bool
    /// The passkey may be synchronised to other devices, and is (WebAuthn level 3 section 6.1.3).
    let canBeBackedUp: Bool
    let isBackedUp: Bool
    let counter: UInt32
    let attested: Attested?

    /// LIMIT: of the whole, in bytes: a key of RSA, a long id and extensions.
    static let maximumLength = 4096
    /// LIMIT: of a credential's id, in bytes (WebAuthn level 2 section 4, "credential ID").
    static let maximumIDLength = 1023

    init(_ bytes: [UInt8]) throws(AuthenticationError) {
        guard bytes.count <= AuthenticatorData.maximumLength else { throw .malformed(field: "authenticatorData") }
        var reader = ByteReader(bytes)
        guard let hash = reader.read(count: Digest.length).flatMap({ Digest($0) }), let flags = reader.read(UInt8.self),
            let counter = reader.read(UInt32.self)
        else { throw .malformed(field: "authenticatorData") }
        relyingPartyHash = hash
        isUserPresent = flags & 0x01 != 0
        isUserVerified = flags & 0x04 != 0
        canBeBackedUp = flags & 0x08 != 0
        isBackedUp = flags & 0x10 != 0
        self.counter = counter
        guard canBeBackedUp || !isBackedUp else { throw .malformed(field: "authenticatorData") }
        var rest = Array(bytes[reader.offset...])
        if flags & 0x40 != 0 {
            let (attested, length) = try AuthenticatorData.attested(rest)
            self.attested = attested
            rest.removeFirst(length)
        } else {
            attested = nil
        }
        if flags & 0x80 != 0 {
            guard let map = try? CBOR.decode(rest), map.asMap != nil else {
                throw .malformed(field: "authenticatorData")
            }
        } else {
            guard rest.isEmpty else { throw .malformed(field: "authenticatorData") }
        }
    }

    private static func attested(_ bytes: [UInt8]) throws(AuthenticationError) -> (Attested, Int) {
        var reader = ByteReader(bytes)
        guard let model = reader.read(count: 16), let length = reader.read(UInt16.self),
            (1...maximumIDLength).contains(Int(length)), let id = reader.read(count: Int(length))
        else { throw .malformed(field: "attestedCredentialData") }
        let key = try COSEKey(Array(bytes[reader.offset...]))
        return (Attested(model: model, id: id, key: key), reader.offset + key.length)
    }

    /// What registration and assertion both ask (sections 7.1 and 7.2). Verification is always asked for: a passkey is
    /// two factors only when its holder unlocked it.
    func check(_ party: RelyingParty) throws(AuthenticationError) {
        guard relyingPartyHash == party.idHash else { throw .wrongRelyingParty }
        guard isUserPresent else { throw .userNotPresent }
        guard isUserVerified else { throw .userNotVerified }
    }
}
