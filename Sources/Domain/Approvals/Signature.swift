package import Crypto
package import Vocabulary

/// One natural person under one act.
package struct Signature: Hashable, Sendable {
    package var person: PersonID
    /// By which they were met; it must be their own, in use, and no service's.
    package var account: AccountID
    package var at: Instant
    package var evidence: Evidence

    package init(person: PersonID, account: AccountID, at: Instant, evidence: Evidence) {
        self.person = person
        self.account = account
        self.at = at
        self.evidence = evidence
    }

    /// How they showed that it was they, then and there.
    package enum Evidence: Hashable, Sendable {
        /// The key came with the call that signs.
        case key(KeyID)
        /// Password, provider or passkey, and when.
        case reauthenticated(SigningMethod, at: Instant)
        /// A WebAuthn assertion whose challenge is made of the act's digest and a nonce of ours: the credential, and
        /// SHA-256 of the assertion, which the record of the signature holds whole.
        case passkey(credential: String, assertion: Digest)

        package var method: SigningMethod {
            switch self {
            case .key: .key
            case .reauthenticated(let method, _): method
            case .passkey: .passkey
            }
        }
    }

    /// LIMIT: seconds between the proof of who somebody is and their signature.
    package static let freshSeconds: Int64 = 300

    /// Whether the proof was made for this act, or just before.
    package var isFresh: Bool {
        guard case .reauthenticated(let method, let proved) = evidence else { return true }
        // A key is shown with the call that signs, not before.
        guard method != .key else { return false }
        return proved <= at && at <= proved.adding(seconds: Signature.freshSeconds)
    }
}
