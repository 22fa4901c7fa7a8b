/// The signatures that may come from outside, by their names in JOSE (RFC 7518 section 3.1, RFC 8037 section 3.1).
/// There is no symmetric one and no `none`: what is not here cannot be asked for.
package enum SignatureAlgorithm: String, CaseIterable, Sendable {
    /// Ed25519.
    case edDSA = "EdDSA"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    case ps256 = "PS256"
}
