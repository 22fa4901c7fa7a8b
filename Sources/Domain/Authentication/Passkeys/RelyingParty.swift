package import Crypto

/// This installation as WebAuthn has it.
package struct RelyingParty: Sendable {
    /// The domain that passkeys are bound to: a host, or a suffix of one that the firm owns.
    package let id: String
    /// Where ceremonies may run: `https://gate.example`, byte for byte as browsers write it.
    package let origins: Set<String>
    /// What is offered, in the order of preference; nothing else is accepted.
    package let algorithms: [SignatureAlgorithm]

    package init(
        id: String, origins: Set<String>, algorithms: [SignatureAlgorithm] = [.es256, .edDSA, .rs256]
    ) {
        self.id = id
        self.origins = origins
        self.algorithms = algorithms
    }

    var idHash: Digest { SHA256.digest(Array(id.utf8)) }
}
