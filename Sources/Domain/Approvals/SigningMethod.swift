/// How somebody showed that it is they who sign.
package enum SigningMethod: String, CaseIterable, Sendable, Comparable {
    /// Their own key, presented with the very call that signs.
    case key
    /// Their password, entered again.
    case password
    /// A new sign-in at the firm's identity provider.
    case provider
    /// Their passkey: an assertion over the act's digest, or a sign-in just before.
    case passkey

    package static let all = Set(SigningMethod.allCases)

    package static func < (left: SigningMethod, right: SigningMethod) -> Bool { left.rawValue < right.rawValue }
}
