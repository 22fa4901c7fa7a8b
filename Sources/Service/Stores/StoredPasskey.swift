package import Authentication
package import Vocabulary

/// A passkey of an account as it is kept.
package struct StoredPasskey: Sendable {
    package var passkey: Passkey
    package var account: AccountID
    /// What its holder calls it.
    package var name: String
    /// Nil until somebody has signed in with it.
    package var used: Instant?

    package init(passkey: Passkey, account: AccountID, name: String, used: Instant? = nil) {
        self.passkey = passkey
        self.account = account
        self.name = name
        self.used = used
    }
}
