package import Crypto

/// What an authenticator signs: 32 bytes that name what the person agrees to. For a privileged act they are bound to
/// the act's content, so that a signature given to one act is worth nothing for another:
///
///     challenge = SHA-256( label ‖ 0x00 ‖ digest of the act, 32 bytes ‖ nonce, 32 bytes )
///
/// `label` is `portcullis register`, `portcullis sign in` or `portcullis act`; where there is no act, its digest is
/// zeros. Who has act and nonce can compute it anew, and check the signature offline years later.
package enum PasskeyChallenge {
    package enum Subject: Equatable, Sendable {
        case registration
        case signIn
        /// - Parameter digest: of the act's deterministic encoding.
        case act(digest: Digest)
    }

    package static func bytes(_ subject: Subject, nonce: Digest) -> [UInt8] {
        let (label, digest): (String, Digest) =
            switch subject {
            case .registration: ("portcullis register", .zero)
            case .signIn: ("portcullis sign in", .zero)
            case .act(let digest): ("portcullis act", digest)
            }
        return SHA256.digest(Array(label.utf8) + [0] + digest.bytes + nonce.bytes).bytes
    }
}
