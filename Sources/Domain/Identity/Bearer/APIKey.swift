package import Crypto
package import Vocabulary

/// A key as the store has it: what it may be used for, never the key itself.
package struct APIKey: Hashable, Sendable {
    /// The public part, printed at the front of the key text.
    package var id: KeyID
    /// HMAC-SHA-256 of the key text under the installation's pepper.
    package var digest: Digest
    package var account: AccountID
    /// What it is for; bounds the models and the data.
    package var useCase: UseCaseID
    /// Narrower than the use case's, where one was given.
    package var models: Set<ModelID>?
    package var highestLabel: DataLabel?
    /// Who answers for the key itself.
    package var owner: PersonID
    package var created: Instant
    package var expires: Instant?
    package var revoked: Instant?
    /// Date of the terms of use that the owner has accepted for this key; it does not work before.
    package var acceptedTerms: String?

    package init(
        id: KeyID, digest: Digest, account: AccountID, useCase: UseCaseID, models: Set<ModelID>? = nil,
        highestLabel: DataLabel? = nil, owner: PersonID, created: Instant, expires: Instant? = nil,
        revoked: Instant? = nil, acceptedTerms: String? = nil
    ) {
        self.id = id
        self.digest = digest
        self.account = account
        self.useCase = useCase
        self.models = models
        self.highestLabel = highestLabel
        self.owner = owner
        self.created = created
        self.expires = expires
        self.revoked = revoked
        self.acceptedTerms = acceptedTerms
    }
}
