package import Crypto
package import Vocabulary

/// Everybody and every key that a node knows, for look-ups on the way of a request. A value; the loop that owns it
/// changes it by the deltas of the control store.
package struct Directory: Sendable {
    package private(set) var people: [PersonID: Person] = [:]
    package private(set) var accounts: [AccountID: Account] = [:]
    package private(set) var keys: [KeyID: APIKey] = [:]

    package init() {}

    package mutating func put(_ person: Person) { people[person.id] = person }
    package mutating func put(_ account: Account) { accounts[account.id] = account }
    package mutating func put(_ key: APIKey) { keys[key.id] = key }

    /// The date of the terms of use that hold now; an acceptance of others does not count.
    package var currentTerms = ""

    /// Why a key does not open anything. What the holder is told does not say which of the first three it was.
    package enum Rejection: Error, Equatable, Sendable {
        case unknown
        case revoked
        case expired
        case inactive
        case termsNotAccepted(current: String)
    }

    /// Whoever stands behind a presented key.
    package struct Caller: Sendable {
        package let key: APIKey
        package let account: Account
        /// Those who answer for what is done; empty when nobody is known to.
        package let persons: [Person]
        /// Answerable persons that the store does not know: each stands for the unknown person.
        package let unknownPersons: Int
    }

    /// - Parameter asksTerms: false for the acceptance of the terms itself, and to record whom it keeps out.
    package func caller(
        _ text: KeyText, pepper: borrowing HMAC, at now: Instant, asksTerms: Bool = true
    ) throws(Rejection) -> Caller {
        let digest = text.digest(under: pepper)
        guard let key = keys[text.id], Digest.equalInConstantTime(key.digest, digest) else { throw .unknown }
        return try caller(key, at: now, asksTerms: asksTerms)
    }

    /// The same judgement for a key that has been met before, as an open stream asks it again.
    package func caller(keyed id: KeyID, at now: Instant) throws(Rejection) -> Caller {
        guard let key = keys[id] else { throw .unknown }
        return try caller(key, at: now, asksTerms: true)
    }

    private func caller(_ key: APIKey, at now: Instant, asksTerms: Bool) throws(Rejection) -> Caller {
        if let revoked = key.revoked, revoked <= now { throw .revoked }
        if let expires = key.expires, expires <= now { throw .expired }
        guard let account = accounts[key.account], account.isActive else { throw .inactive }
        let persons = account.accountable.compactMap { people[$0] }
        guard persons.allSatisfy(\.isActive), people[key.owner]?.isActive ?? false else { throw .inactive }
        guard !asksTerms || key.acceptedTerms == currentTerms else { throw .termsNotAccepted(current: currentTerms) }
        return Caller(
            key: key, account: account, persons: persons, unknownPersons: account.accountable.count - persons.count)
    }
}
