internal import Bytes
package import Crypto
package import JSON

/// A public key of an issuer (RFC 7517) that something here can verify with.
package struct JSONWebKey: Sendable {
    package let key: VerificationKey
    /// `kid`; nil for the only key of an issuer that names none.
    package let id: String?
    /// `alg`; when it is there, the key is used with no other.
    package let algorithm: SignatureAlgorithm?

    /// LIMIT: of `kid`, in bytes.
    package static let maximumIDLength = 256

    package init(_ key: VerificationKey, id: String? = nil, algorithm: SignatureAlgorithm? = nil) {
        self.key = key
        self.id = id
        self.algorithm = algorithm
    }

    /// Nil for a key of a kind, use or algorithm that nothing here verifies with, which RFC 7517 section 5 says to pass
    /// over. Throws for one that is wrong.
    package init?(_ value: JSONValue) throws(JOSEError) {
        guard let kind = value["kty"]?.string else { throw .badMember(name: "kty") }
        // A private part is wrong in any kind of key (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
        if value["d"] != nil || value["k"] != nil || kind == "oct" { throw .privateKey }
        if let use = value["use"] {
            guard let use = use.string else { throw .badMember(name: "use") }
            guard use == "sig" else { return nil }
        }
        if let operations = value["key_ops"] {
            guard operations.kind == .array else { throw .badMember(name: "key_ops") }
            guard operations.elements.contains(where: { $0.reads(as: "verify") }) else { return nil }
        }
        id = try JSONWebKey.identifier(value["kid"])
        if let member = value["alg"] {
            guard let name = member.string else { throw .badMember(name: "alg") }
            guard let named = SignatureAlgorithm(rawValue: name) else { return nil }
            algorithm = named
        } else {
            algorithm = nil
        }
        guard let key = try JSONWebKey.key(of: kind, value) else { return nil }
        if let algorithm, !key.suits(algorithm) { throw .badMember(name: "alg") }
        self.key = key
    }

    static func identifier(_ value: JSONValue?) throws(JOSEError) -> String? {
        guard let value else { return nil }
        guard let text = value.string, (1...maximumIDLength).contains(text.utf8.count) else {
            throw .badMember(name: "kid")
        }
        return text
    }

    private static func key(of kind: String, _ value: JSONValue) throws(JOSEError) -> VerificationKey? {
        switch (kind, value["crv"]?.string) {
        case ("OKP", "Ed25519"):
            let x = try bytes(value, "x")
            return try made("x") { () throws(CryptoError) in try VerificationKey(ed25519: x) }
        case ("EC", "P-256"):
            let (x, y) = (try bytes(value, "x"), try bytes(value, "y"))
            return try made("x") { () throws(CryptoError) in try VerificationKey(p256x: x, y: y) }
        case ("RSA", nil):
            let (n, e) = (try bytes(value, "n"), try bytes(value, "e"))
            return try made("n") { () throws(CryptoError) in try VerificationKey(rsaModulus: n, exponent: e) }
        default: return nil
        }
    }

    private static func made(
        _ member: StaticString, _ make: () throws(CryptoError) -> VerificationKey
    ) throws(JOSEError) -> VerificationKey {
        do throws(CryptoError) { return try make() } catch { throw .badMember(name: member) }
    }

    private static func bytes(_ value: JSONValue, _ name: StaticString) throws(JOSEError) -> [UInt8] {
        guard let text = value[name]?.string, let bytes = Base64.decodeURL(text) else {
            throw .badMember(name: name)
        }
        return bytes
    }

    func suits(_ wanted: SignatureAlgorithm) -> Bool {
        key.suits(wanted) && (algorithm == nil || algorithm == wanted)
    }
}
