internal import Bytes
package import Crypto
internal import JSON

/// A compact JWS (RFC 7515 section 7.1) that has been read and not been believed: its payload can be had only through
/// `verify`, which needs keys and the algorithms that the issuer is pinned to.
///
/// The header chooses among those; it cannot bring a key, an algorithm or an extension of its own (RFC 8725 section 3).
package struct SignedToken: Sendable {
    /// LIMIT: of a token, in bytes.
    package static let maximumLength = 16_384

    /// What the header says; known or not, it is checked against the pinned list in `verify`.
    private let algorithmName: String
    package let keyID: String?
    /// In lower case and without `application/` (RFC 7515 section 4.1.9).
    package let type: String?
    private let payload: [UInt8]
    private let signature: [UInt8]
    private let signingInput: [UInt8]

    package init(_ text: String) throws(JOSEError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= SignedToken.maximumLength else { throw .tooLong(maximum: SignedToken.maximumLength) }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty,
            let header = Base64.decodeURL(String(decoding: parts[0], as: UTF8.self)),
            let payload = Base64.decodeURL(String(decoding: parts[1], as: UTF8.self)),
            let signature = Base64.decodeURL(String(decoding: parts[2], as: UTF8.self))
        else { throw .notCompact }
        let root = try JSONObject.parse(header, part: .header)
        for member in SignedToken.keyMembers where root.has(member) { throw .keyInHeader(member: member) }
        for member in SignedToken.extensionMembers where root.has(member) { throw .unknownExtension(member: member) }
        guard let name = root["alg"]?.string else { throw .badMember(name: "alg") }
        algorithmName = name
        keyID = try JSONWebKey.identifier(root["kid"])
        type = try SignedToken.type(root["typ"])
        self.payload = payload
        self.signature = signature
        signingInput = Array(bytes[..<parts[1].endIndex])
    }

    private static let keyMembers: [StaticString] = ["jwk", "jku", "x5u", "x5c"]
    private static let extensionMembers: [StaticString] = ["crit", "zip", "b64", "enc"]

    private static func type(_ value: JSONValue?) throws(JOSEError) -> String? {
        guard let value else { return nil }
        guard let text = value.string, (1...64).contains(text.utf8.count) else { throw .badMember(name: "typ") }
        let lower = text.lowercased()
        return lower.hasPrefix("application/") ? String(lower.dropFirst(12)) : lower
    }

    /// The claims, once the signature is found to be of a key of the issuer.
    /// - Parameters:
    ///   - accepted: the algorithms that this issuer is pinned to.
    ///   - types: what `typ` may say; nil in it where it may be absent.
    package func verify(
        with keys: JSONWebKeySet, accepting accepted: [SignatureAlgorithm], types: [String?]
    ) throws(JOSEError) -> Claims {
        guard let algorithm = accepted.first(where: { $0.rawValue == algorithmName }) else {
            throw .algorithmNotAccepted(accepted: accepted)
        }
        guard types.contains(type) else { throw .otherType }
        guard let key = keys.select(id: keyID, algorithm) else { throw .noKey }
        guard key.key.verify(signature, over: signingInput, algorithm) else { throw .badSignature }
        return try Claims(payload, algorithm: algorithm)
    }
}

extension JSONValue {
    fileprivate func has(_ member: StaticString) -> Bool { self[member] != nil }
}
