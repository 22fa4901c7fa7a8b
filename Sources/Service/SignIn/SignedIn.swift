package import Vocabulary

/// That somebody has just shown who they are. Made in this module only and consumed by whoever makes a session of it:
/// one proof, one new session, whatever session the browser had before (a session is never taken over into a sign-in,
/// so that one planted in a browser stays nobody's).
package struct SignedIn: ~Copyable, Sendable {
    package enum Method: String, Sendable {
        case password
        case passkey
        case provider
    }

    package let account: String
    package let method: Method
    /// When they authenticated: the provider's word where it gave one.
    package let at: Instant

    init(_ account: String, by method: Method, at: Instant) {
        self.account = account
        self.method = method
        self.at = at
    }
}
