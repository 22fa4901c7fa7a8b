package import Bytes
internal import Crypto

/// A password as it was typed, taken by its bytes: it cannot be printed and is zeroed when it is let go.
///
/// Long rather than intricate (NIST SP 800-63B-4 section 3.1.1.2: 15 characters where it stands alone; no rules of
/// composition).
package struct Password: Sendable {
    /// LIMIT: for a new one, in characters.
    package static let minimumCharacters = 15
    /// LIMIT: in bytes; a longer one is refused and never cut.
    package static let maximumBytes = 1024

    private let bytes: SecretBytes

    /// What somebody presents: shorter ones than are set today may have been set before.
    package init(presented text: String) throws(PasswordError) {
        guard text.utf8.count <= Password.maximumBytes else { throw .tooLong(maximum: Password.maximumBytes) }
        bytes = SecretBytes(Array(text.utf8))
    }

    /// What somebody chooses.
    package init(chosen text: String) throws(PasswordError) {
        guard text.unicodeScalars.count >= Password.minimumCharacters else {
            throw .tooShort(minimum: Password.minimumCharacters)
        }
        try self.init(presented: text)
    }

    /// - Parameter pepper: Argon2's secret; the same for verifying.
    package func hash(
        cost: PasswordCost = .standard, pepper: SecretBytes? = nil,
        salt: [UInt8] = SecureRandom.bytes(PasswordHash.saltLength)
    ) throws(PasswordError) -> PasswordHash {
        let tag = try Argon2id.tag(bytes, salt: salt, secret: pepper, cost: cost, length: PasswordHash.tagLength)
        return PasswordHash(cost: cost, salt: salt, tag: tag)
    }

    package enum Verdict: Equatable, Sendable {
        case wrong
        /// `isWeak`: hash it anew, since it costs less than is asked today.
        case right(isWeak: Bool)
    }

    /// The tags are compared in constant time.
    package func verify(
        _ hash: PasswordHash, pepper: SecretBytes? = nil, today: PasswordCost = .standard
    ) throws(PasswordError) -> Verdict {
        let tag = try Argon2id.tag(
            bytes, salt: hash.salt, secret: pepper, cost: hash.cost, length: hash.tag.count)
        guard ConstantTime.equal(tag, hash.tag) else { return .wrong }
        return .right(isWeak: !hash.cost.isAtLeast(today) || hash.tag.count < PasswordHash.tagLength)
    }
}
