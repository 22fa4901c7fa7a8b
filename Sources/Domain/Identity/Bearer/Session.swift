package import Crypto
package import Vocabulary

/// How somebody showed who they are.
package enum AuthenticationMethod: String, CaseIterable, Comparable, Sendable {
    case password
    case passkey
    /// By the firm's identity provider (OpenID Connect).
    case provider

    package static func < (left: AuthenticationMethod, right: AuthenticationMethod) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A browser or a command line that is signed in. Like a key it is known by its digest only.
package struct Session: Hashable, Sendable {
    /// The public part of the token.
    package var id: SessionID
    /// HMAC-SHA-256 of the token under the installation's pepper.
    package var digest: Digest
    package var account: AccountID
    package var created: Instant
    /// It ends then, however much it is used.
    package var expires: Instant
    /// It ends when it was not used for so long.
    package var idleSeconds: Int64
    /// The last use that the store knows of; kept to a quarter of `idleSeconds`.
    package var seen: Instant
    /// When they last showed who they are: privileged acts ask that it be a short time ago.
    package var authenticated: Instant
    package var methods: Set<AuthenticationMethod>
    package var revoked: Instant?
    /// Date of the terms of use that its holder has accepted.
    package var acceptedTerms: String?

    /// LIMIT: seconds that a session lasts at most, 12 hours, and seconds that it may lie idle, one hour: NIST SP
    /// 800-63B-4 section 2.2.3 for authenticator assurance level 2 (24 hours and one hour).
    package static let longestSeconds: Int64 = 12 * 3600
    package static let longestIdleSeconds: Int64 = 3600

    package init(
        id: SessionID, digest: Digest, account: AccountID, created: Instant, expires: Instant, idleSeconds: Int64,
        seen: Instant? = nil, authenticated: Instant? = nil, methods: Set<AuthenticationMethod>,
        revoked: Instant? = nil, acceptedTerms: String? = nil
    ) {
        self.id = id
        self.digest = digest
        self.account = account
        self.created = created
        self.expires = expires
        self.idleSeconds = idleSeconds
        self.seen = seen ?? created
        self.authenticated = authenticated ?? created
        self.methods = methods
        self.revoked = revoked
        self.acceptedTerms = acceptedTerms
    }

    /// A session that begins now, as long as it may.
    package static func begin(
        _ text: SessionText, under pepper: borrowing HMAC, account: AccountID, methods: Set<AuthenticationMethod>,
        acceptedTerms: String?, at now: Instant
    ) -> Session {
        Session(
            id: text.id, digest: text.digest(under: pepper), account: account, created: now,
            expires: now.adding(seconds: longestSeconds), idleSeconds: longestIdleSeconds, methods: methods,
            acceptedTerms: acceptedTerms)
    }

    package func hasEnded(at now: Instant) -> Bool {
        if let revoked, revoked <= now { return true }
        return expires <= now || seen.adding(seconds: idleSeconds) <= now
    }

    /// Whether they showed who they are within so many seconds.
    package func isFresh(withinSeconds seconds: Int64, at now: Instant) -> Bool {
        authenticated <= now && now < authenticated.adding(seconds: seconds)
    }
}
