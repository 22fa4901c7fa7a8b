internal import Bytes
internal import Crypto
internal import JSON

/// What the browser says of the ceremony (WebAuthn level 2 section 5.8.1), and its digest, which is signed.
struct ClientData {
    enum Ceremony: String {
        case create = "webauthn.create"
        case get = "webauthn.get"
    }

    let digest: Digest

    /// LIMIT: of the document, in bytes.
    static let maximumLength = 4096

    init(
        _ bytes: [UInt8], _ ceremony: Ceremony, challenge: [UInt8], _ party: RelyingParty
    ) throws(AuthenticationError) {
        guard bytes.count <= ClientData.maximumLength else { throw .malformed(field: "clientDataJSON") }
        var parser = JSONParser()
        guard let root = (try? parser.parse(bytes))?.root, root.kind == .object else {
            throw .malformed(field: "clientDataJSON")
        }
        guard root["type"]?.string == ceremony.rawValue else { throw .wrongCeremony }
        guard let sent = root["challenge"]?.string.flatMap({ Base64.decodeURL($0) }),
            ConstantTime.equal(sent, challenge)
        else { throw .wrongChallenge }
        guard let origin = root["origin"]?.string, party.origins.contains(where: { $0.utf8.elementsEqual(origin.utf8) })
        else { throw .wrongOrigin }
        // In a frame of another site, whoever looks at the page does not see whose ceremony it is.
        if let crossOrigin = root["crossOrigin"] {
            guard crossOrigin.boolean == false else { throw .wrongOrigin }
        }
        guard root["topOrigin"] == nil else { throw .wrongOrigin }
        digest = SHA256.digest(bytes)
    }
}
