package import JOSE
package import Vocabulary

/// Who signed in, in the provider's words, after every check of OpenID Connect Core section 3.1.3.7. Issuer and subject
/// together name one account; nothing else that a token says is an identity.
package struct ProviderSubject: Hashable, Sendable {
    package let issuer: String
    package let subject: String
    /// When the person last authenticated there; nil when the provider does not say and was not asked.
    package let authenticated: Instant?

    /// LIMIT: of `sub`, in bytes of ASCII (OpenID Connect Core section 2).
    package static let maximumSubjectLength = 255

    package init(
        _ answer: TokenAnswer, for attempt: SignInAttempt, at provider: IdentityProvider, keys: JSONWebKeySet,
        now: Instant
    ) throws(AuthenticationError) {
        // An attempt at one provider is not ended with another's token, whatever that token says.
        guard attempt.issuer == provider.issuer else { throw .wrongIssuer }
        let claims = try TokenClaims.verify(
            answer.idToken, keys: keys, accepting: provider.algorithms, types: [nil, "jwt"], now: now)
        try claims.check(issuer: provider.issuer)
        try claims.check(audience: provider.clientID, beside: provider.otherAudiences)
        try claims.checkAuthorizedParty(provider.clientID)
        try claims.checkTimes(notBefore: attempt.begun)
        try claims.check(nonce: attempt.nonce)
        try claims.check(accessToken: answer.accessToken)
        authenticated = try ProviderSubject.authentication(claims, attempt, provider, now)
        issuer = provider.issuer
        subject = try claims.required("sub")
        guard subject.utf8.count <= ProviderSubject.maximumSubjectLength,
            subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw .malformed(field: "sub") }
    }

    /// `auth_time`, which must be there when an age was asked for, and young enough.
    private static func authentication(
        _ claims: TokenClaims, _ attempt: SignInAttempt, _ provider: IdentityProvider, _ now: Instant
    ) throws(AuthenticationError) -> Instant? {
        let time = try claims.seconds("auth_time").map { Instant(seconds: $0) }
        let earliest: Instant? =
            switch attempt.purpose {
            // Again means since this was begun.
            case .again: attempt.begun
            case .signIn: provider.maximumAgeSeconds.map { now.adding(seconds: -$0) }
            }
        if let time, time > now.adding(seconds: TokenClaims.skewSeconds) { throw .notYetValid(claim: "auth_time") }
        guard let earliest else { return time }
        guard let time else { throw .missingClaim(name: "auth_time") }
        guard time >= earliest.adding(seconds: -TokenClaims.skewSeconds) else { throw .authenticationTooOld }
        return time
    }
}
