internal import Bytes
package import Crypto
package import JOSE
package import Vocabulary

/// The claims of a verified token and the time at which they are judged; each check throws what is wrong.
package struct TokenClaims: Sendable {
    private let claims: Claims
    private let now: Instant

    /// LIMIT: between the clocks of whoever issued a token and of this machine.
    package static let skewSeconds: Int64 = 60

    package static func verify(
        _ text: String, keys: JSONWebKeySet, accepting: [SignatureAlgorithm], types: [String?], now: Instant
    ) throws(AuthenticationError) -> TokenClaims {
        do throws(JOSEError) {
            let claims = try SignedToken(text).verify(with: keys, accepting: accepting, types: types)
            return TokenClaims(claims: claims, now: now)
        } catch {
            throw .token(error)
        }
    }

    package func required(_ name: StaticString) throws(AuthenticationError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw .missingClaim(name: name) }
        return text
    }

    package func text(_ name: StaticString) throws(AuthenticationError) -> String? {
        do throws(JOSEError) { return try claims.text(name) } catch { throw .token(error) }
    }

    package func seconds(_ name: StaticString) throws(AuthenticationError) -> Int64? {
        do throws(JOSEError) { return try claims.seconds(name) } catch { throw .token(error) }
    }

    private func texts(_ name: StaticString) throws(AuthenticationError) -> [String] {
        do throws(JOSEError) { return try claims.texts(name) } catch { throw .token(error) }
    }

    /// Byte for byte: Swift takes two spellings of one accented letter for equal.
    package func check(issuer: String) throws(AuthenticationError) {
        guard try required("iss").utf8.elementsEqual(issuer.utf8) else { throw .wrongIssuer }
    }

    /// This audience must be named, and none that is not known: its holder could use the token here.
    package func check(audience: String, beside others: Set<String> = []) throws(AuthenticationError) {
        let named = try texts("aud")
        guard named.contains(where: { $0.utf8.elementsEqual(audience.utf8) }),
            named.allSatisfy({ $0 == audience || others.contains($0) })
        else { throw .wrongAudience }
    }

    /// OpenID Connect Core section 3.1.3.7, rules 4 and 5.
    package func checkAuthorizedParty(_ party: String) throws(AuthenticationError) {
        if let named = try text("azp") {
            guard named == party else { throw .wrongAuthorizedParty }
        } else if try texts("aud").count > 1 {
            throw .missingClaim(name: "azp")
        }
    }

    /// `exp` and `iat` must be there; `nbf` holds when it is.
    /// - Parameter begun: a token issued before is an older one that is played again.
    package func checkTimes(notBefore begun: Instant) throws(AuthenticationError) {
        let issued = try checkExpiry()
        guard let issued else { throw .missingClaim(name: "iat") }
        guard issued >= begun.adding(seconds: -TokenClaims.skewSeconds) else { throw .tokenTooOld }
    }

    /// `exp` must be there; returns `iat`.
    @discardableResult
    package func checkExpiry() throws(AuthenticationError) -> Instant? {
        guard let expires = try seconds("exp") else { throw .missingClaim(name: "exp") }
        let skew = TokenClaims.skewSeconds
        guard now < Instant(seconds: expires).adding(seconds: skew) else { throw .expired }
        let latest = now.adding(seconds: skew)
        if let from = try seconds("nbf"), Instant(seconds: from) > latest { throw .notYetValid(claim: "nbf") }
        let issued = try seconds("iat").map { Instant(seconds: $0) }
        if let issued, issued > latest { throw .notYetValid(claim: "iat") }
        return issued
    }

    package func check(nonce: String) throws(AuthenticationError) {
        guard ConstantTime.equal(Array(try required("nonce").utf8), Array(nonce.utf8)) else { throw .wrongNonce }
    }

    /// `at_hash`, where it is and an access token came (OpenID Connect Core section 3.1.3.6): the left half of the
    /// digest that the signature's algorithm uses.
    package func check(accessToken: String?) throws(AuthenticationError) {
        guard let accessToken, let hash = try text("at_hash") else { return }
        let bytes = Array(accessToken.utf8)
        let digest =
            switch claims.algorithm {
            case .edDSA: SHA512.digest(bytes)
            case .es256, .rs256, .ps256: SHA256.digest(bytes).bytes
            }
        let expected = Base64.encodeURL(Array(digest[..<(digest.count / 2)]))
        guard ConstantTime.equal(Array(hash.utf8), Array(expected.utf8)) else { throw .accessTokenMismatch }
    }
}
