package import Crypto

/// A firm's identity provider, as the settings name it. Nothing here comes from the provider itself.
package struct IdentityProvider: Sendable {
    /// As the provider spells it: compared byte for byte (OpenID Connect Discovery section 4.3).
    package var issuer: String
    package var clientID: String
    /// Where it sends the browser back to: `https://gate.example/api/sign-in/callback`.
    package var redirectURI: String
    package var scopes: [String]
    /// What its ID tokens may be signed with; the token chooses among these and no others.
    package var algorithms: [SignatureAlgorithm]
    /// SHA-256 of the SubjectPublicKeyInfo of the keys that may sign; empty: whatever its key set says.
    package var pinnedKeys: Set<Digest>
    /// Hosts beside the issuer's own that its endpoints may have.
    package var otherHosts: Set<String>
    /// Audiences beside ours that its ID tokens may name.
    package var otherAudiences: Set<String>
    /// How long ago the person may have authenticated there; nil: the provider decides.
    package var maximumAgeSeconds: Int64?
    /// Plain HTTP; for a provider on the loopback, in trials.
    package var allowsPlainHTTP: Bool

    package init(
        issuer: String, clientID: String, redirectURI: String, scopes: [String] = ["openid"],
        algorithms: [SignatureAlgorithm] = [.rs256, .es256], pinnedKeys: Set<Digest> = [],
        otherHosts: Set<String> = [], otherAudiences: Set<String> = [], maximumAgeSeconds: Int64? = nil,
        allowsPlainHTTP: Bool = false
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.redirectURI = redirectURI
        self.scopes = scopes
        self.algorithms = algorithms
        self.pinnedKeys = pinnedKeys
        self.otherHosts = otherHosts
        self.otherAudiences = otherAudiences
        self.maximumAgeSeconds = maximumAgeSeconds
        self.allowsPlainHTTP = allowsPlainHTTP
    }

    /// Where its metadata are (OpenID Connect Discovery section 4.1).
    package var metadataURL: String {
        var base = issuer
        if base.hasSuffix("/") { base.removeLast() }
        return base + "/.well-known/openid-configuration"
    }
}
