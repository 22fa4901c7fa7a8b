package import Crypto
package import Vocabulary

/// A credential of an account: the public key that its authenticator answers with.
package struct Passkey: Sendable {
    /// As the authenticator named it: 1 to 1023 bytes.
    package let id: [UInt8]
    /// The account's opaque name, given at registration and returned by authenticators that keep it: no person's name
    /// (WebAuthn level 2 section 14.6.1).
    package let userHandle: [UInt8]
    package let key: VerificationKey
    package let algorithm: SignatureAlgorithm
    /// The model of the authenticator, where it says so; zeros otherwise.
    package let model: [UInt8]
    /// What its counter showed last; 0 for authenticators that have none.
    package var counter: UInt32
    package let canBeBackedUp: Bool
    package var isBackedUp: Bool
    package let created: Instant

    package init(
        id: [UInt8], userHandle: [UInt8], key: VerificationKey, algorithm: SignatureAlgorithm, model: [UInt8],
        counter: UInt32, canBeBackedUp: Bool, isBackedUp: Bool, created: Instant
    ) {
        self.id = id
        self.userHandle = userHandle
        self.key = key
        self.algorithm = algorithm
        self.model = model
        self.counter = counter
        self.canBeBackedUp = canBeBackedUp
        self.isBackedUp = isBackedUp
        self.created = created
    }
}
