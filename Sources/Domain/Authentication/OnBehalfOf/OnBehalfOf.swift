internal import Bytes
package import Crypto
package import JOSE
package import Vocabulary

/// A service's word that it asks for somebody: `portcullis-on-behalf-of`, a JWT under a key that is registered for the
/// calling service.
///
///     {"iss": <the service's account>, "sub": <whom it asks for>, "aud": <this installation's origin>,
///      "exp": <at most 300 s ahead>, "jti": <new for each>, "body_sha256": <base64url of SHA-256 of the request's body>}
///
/// Who calls is known already, by its API key: the token cannot choose whose keys it is judged by.
package struct OnBehalfOf: Hashable, Sendable {
    package let service: String
    package let subject: String
    package let tokenID: String
    package let expires: Instant

    package static let algorithms: [SignatureAlgorithm] = [.edDSA, .es256]
    /// LIMIT: how far ahead `exp` may lie; the clocks may differ by `TokenClaims.skewSeconds` more.
    package static let lifetimeSeconds: Int64 = 300
    /// LIMIT: of `jti` and of `sub`, in bytes.
    package static let maximumIDLength = 128

    /// - Parameters:
    ///   - service: the account that called. - keys: those registered for it.
    ///   - audience: the origin of this installation.
    ///   - body: the digest of the request's body, as it arrived.
    ///   - used: what was presented before. A token is used up only when all else is right with it, so that nobody but
    ///     its holder can spend it.
    package init(
        _ text: String, by service: String, keys: JSONWebKeySet, audience: String, body: Digest,
        used: inout UsedTokens, now: Instant
    ) throws(AuthenticationError) {
        let claims = try TokenClaims.verify(
            text, keys: keys, accepting: OnBehalfOf.algorithms,
            types: [nil, "jwt", "portcullis-on-behalf-of+jwt"], now: now)
        try claims.check(issuer: service)
        try claims.check(audience: audience)
        try claims.checkExpiry()
        guard let seconds = try claims.seconds("exp") else { throw .missingClaim(name: "exp") }
        let expires = Instant(seconds: seconds)
        guard expires <= now.adding(seconds: OnBehalfOf.lifetimeSeconds + TokenClaims.skewSeconds) else {
            throw .lifetimeTooLong(maximumSeconds: OnBehalfOf.lifetimeSeconds)
        }
        guard let named = Base64.decodeURL(try claims.required("body_sha256")).flatMap({ Digest($0) }),
            Digest.equalInConstantTime(named, body)
        else { throw .wrongBody }
        subject = try OnBehalfOf.identifier(claims, "sub")
        tokenID = try OnBehalfOf.identifier(claims, "jti")
        self.service = service
        self.expires = expires
        let until = expires.adding(seconds: TokenClaims.skewSeconds)
        switch used.use(SHA256.digest(Array(tokenID.utf8)), of: service, expires: until, at: now) {
        case .first: break
        case .replayed: throw .replayed
        case .full: throw .overloaded
        }
    }

    private static func identifier(
        _ claims: TokenClaims, _ name: StaticString
    ) throws(AuthenticationError) -> String {
        let text = try claims.required(name)
        guard text.utf8.count <= maximumIDLength, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed(field: name)
        }
        return text
    }
}
