package import Vocabulary

/// That somebody has just shown who they are. Made in this module only and consumed by whoever makes a session of it:
/// one proof, one new session, whatever session the browser had before (a session is never taken over into a sign-in,
/// so that one planted in a browser stays nobody's).
package struct SignedIn: ~Copyable, Sendable {
    package enum Who: Hashable, Sendable {
        /// By a credential that is kept here.
        case account(String)
        /// By a provider: the account that is bound to issuer and subject.
        case subject(issuer: String, subject: String)
    }

    package enum Method: String, Sendable {
        case password
        case passkey
        case provider
    }

    package let who: Who
    package let method: Method
    /// When they authenticated: the provider's word where it gave one.
    package let at: Instant

    init(_ who: Who, by method: Method, at: Instant) {
        self.who = who
        self.method = method
        self.at = at
    }
}
