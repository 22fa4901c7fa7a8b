package import Passwords
package import Vocabulary

/// The password of an account as it is kept.
package struct StoredPassword: Equatable, Sendable {
    package var hash: PasswordHash
    /// When its holder, or whoever reset it, chose it.
    package var changed: Instant
    /// It was given by another, and serves for one thing: choosing one's own.
    package var mustChange: Bool

    package init(hash: PasswordHash, changed: Instant, mustChange: Bool) {
        self.hash = hash
        self.changed = changed
        self.mustChange = mustChange
    }
}
