package import Crypto
package import Vocabulary

/// The check of a key or a session: a digest, three or four rows, no allocation.
extension Directory {
    /// - Parameter asksTerms: false for the acceptance of the terms itself, and to record whom it keeps out.
    package func check(
        _ text: borrowing BearerText, pepper: borrowing HMAC, at now: Instant, asksTerms: Bool = true
    ) throws(Rejection) -> Match {
        switch text {
        case .key(let key): try check(key, pepper: pepper, at: now, asksTerms: asksTerms)
        case .session(let session): try check(session, pepper: pepper, at: now, asksTerms: asksTerms)
        }
    }

    package func check(
        _ text: KeyText, pepper: borrowing HMAC, at now: Instant, asksTerms: Bool = true
    ) throws(Rejection) -> Match {
        // Also for one that is not there: how long the answer takes does not say whether it is.
        let digest = text.digest(under: pepper)
        guard let row = keys.find(text.id.text, in: texts), Digest.equalInConstantTime(keys[row].digest, digest)
        else { throw .unknown }
        return try judge(key: row, at: now, asksTerms)
    }

    package func check(
        _ text: SessionText, pepper: borrowing HMAC, at now: Instant, asksTerms: Bool = true
    ) throws(Rejection) -> Match {
        let digest = text.digest(under: pepper)
        guard let row = sessions.find(text.id.text, in: texts),
            Digest.equalInConstantTime(sessions[row].digest, digest)
        else { throw .unknown }
        return try judge(session: row, at: now, asksTerms)
    }

    /// The same judgement for one that has been met before, as an open stream asks it again.
    package func check(_ id: BearerID, at now: Instant) throws(Rejection) -> Match {
        switch id {
        case .key(let key):
            guard let row = keys.find(key.text, in: texts) else { throw .unknown }
            return try judge(key: row, at: now, true)
        case .session(let session):
            guard let row = sessions.find(session.text, in: texts) else { throw .unknown }
            return try judge(session: row, at: now, true)
        }
    }

    private func judge(key row: Int, at now: Instant, _ asksTerms: Bool) throws(Rejection) -> Match {
        let key = keys[row]
        guard now.nanoseconds < key.revoked else { throw .revoked }
        guard now.nanoseconds < key.expires else { throw .expired }
        try judge(account: Int(key.account))
        let owner = people[Int(key.owner)]
        guard owner.isKnown, owner.isActive else { throw .inactive }
        if asksTerms { try judge(terms: key.terms) }
        return Match(isSession: false, row: UInt32(truncatingIfNeeded: row))
    }

    private func judge(session row: Int, at now: Instant, _ asksTerms: Bool) throws(Rejection) -> Match {
        let session = sessions[row]
        guard now.nanoseconds < session.revoked else { throw .revoked }
        let idle = Instant(nanoseconds: session.seen).adding(seconds: Int64(session.idleSeconds))
        guard now.nanoseconds < session.expires, now < idle else { throw .expired }
        try judge(account: Int(session.account))
        if asksTerms { try judge(terms: session.terms) }
        return Match(isSession: true, row: UInt32(truncatingIfNeeded: row))
    }

    /// Everybody who answers for it and is known has to be there still.
    private func judge(account row: Int) throws(Rejection) {
        let account = accounts[row]
        guard account.isKnown, account.isActive else { throw .inactive }
        for step in 0..<Int(account.count) {
            let person = people[person(step, of: account)]
            guard person.isActive || !person.isKnown else { throw .inactive }
        }
    }

    private func judge(terms: UInt32) throws(Rejection) {
        guard terms == currentTermsNumber else { throw .termsNotAccepted(current: currentTerms) }
    }

    func person(_ step: Int, of account: AccountRow) -> Int {
        Int(account.isService ? accountable[Int(account.first) + step] : account.person)
    }
}
