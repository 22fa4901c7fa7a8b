package import Crypto
package import Vocabulary

/// One act, put to signature.
///
///     open ── signatures of the persons whom the matrix asks for ──▶ granted ── use ──▶ used
///       └───────────── withdrawn, or expired ◀──────────────────────────┘
///
/// Nothing but proposal, signatures, withdrawal and use is kept. Whether it is granted is judged each time, by the
/// matrix and the people of that moment: who has left, lost the role or the account meanwhile does not count.
package struct Approval: Hashable, Sendable {
    package enum Proposer: Hashable, Sendable {
        case person(PersonID, AccountID)
        /// The user at the Unix socket: may ask, and is no natural person that signs.
        case peer(uid: UInt32)
    }

    package enum State: String, CaseIterable, Sendable {
        case open, granted, used, expired, withdrawn
    }

    package let id: ProposalID
    package let act: Act
    package let digest: Digest
    package let proposer: Proposer
    package let proposed: Instant
    package let expires: Instant
    /// By when the missing signatures of an act that is done at once should be there; nil for what is signed before.
    package let deadline: Instant?
    /// In the order in which they were made, one of each person.
    package private(set) var signatures: [Signature]
    package private(set) var withdrawn: Instant?
    package private(set) var used: Instant?

    /// As it was kept.
    package init(
        id: ProposalID, act: Act, proposer: Proposer, proposed: Instant, expires: Instant, deadline: Instant?,
        signatures: [Signature], withdrawn: Instant?, used: Instant?
    ) {
        self.id = id
        self.act = act
        digest = act.digest
        self.proposer = proposer
        self.proposed = proposed
        self.expires = expires
        self.deadline = deadline
        // One of each person, whatever was kept.
        var persons: Set<PersonID> = []
        self.signatures = signatures.filter { persons.insert($0.person).inserted }
        self.withdrawn = withdrawn
        self.used = used
    }

    /// The same with the signatures that were kept beside it.
    package func with(_ signatures: [Signature]) -> Approval {
        Approval(
            id: id, act: act, proposer: proposer, proposed: proposed, expires: expires, deadline: deadline,
            signatures: signatures, withdrawn: withdrawn, used: used)
    }

    /// Puts an act to signature.
    package init(
        proposing act: Act, id: ProposalID, by proposer: Proposer, matrix: SignOffMatrix, roster: Roster,
        proof: Proof? = nil, at now: Instant
    ) throws(ApprovalError) {
        let rows = act.kinds(proof).map { matrix.row($0) }
        if case .person(let person, let account) = proposer {
            let functions = roster.signatory(person)?.functions(for: act.entities) ?? []
            let needed = rows[0].proposes
            guard roster.holder(of: account) == person, !functions.isDisjoint(with: needed) else {
                throw .notEntitledToPropose(needed: needed.map(\.text).sorted())
            }
        }
        if let ends = act.ends {
            guard ends.at > now else { throw .endsAlready }
            let latest = now.adding(seconds: ends.withinSeconds)
            guard ends.at <= latest else { throw .lastsTooLong(latest: latest) }
        }
        let lifetime = rows.map(\.lifetimeSeconds).min() ?? SignOffRow.lifetimeSeconds.lowerBound
        var deadline: Instant?
        if case .after(let seconds) = rows[0].order { deadline = now.adding(seconds: seconds) }
        self.init(
            id: id, act: act, proposer: proposer, proposed: now, expires: now.adding(seconds: lifetime),
            deadline: deadline, signatures: [], withdrawn: nil, used: deadline == nil ? nil : now)
    }

    /// Whether the act is done before it is signed.
    package var isDoneFirst: Bool { deadline != nil }

    package func state(at now: Instant, _ standing: Standing) -> State {
        if withdrawn != nil { return .withdrawn }
        if used != nil { return .used }
        if now >= expires { return .expired }
        return standing.isMet ? .granted : .open
    }

    /// Whether somebody should have signed by now, and has not.
    package func isOverdue(at now: Instant, _ standing: Standing) -> Bool {
        guard let deadline, withdrawn == nil else { return false }
        return now >= deadline && !standing.isMet
    }

    // MARK: Steps

    /// - Returns: how it stands with the signature.
    package mutating func sign(
        _ signature: Signature, matrix: SignOffMatrix, roster: Roster, proof: Proof? = nil
    ) throws(ApprovalError) -> Standing {
        let now = signature.at
        guard withdrawn == nil, now < expires, used == nil || isDoneFirst else {
            throw .notOpen(id, state(at: now, standing(matrix: matrix, roster: roster, proof: proof)))
        }
        if let earlier = signatures.first(where: { $0.person == signature.person }) {
            throw .alreadySigned(id, person: signature.person, account: earlier.account)
        }
        let rows = act.kinds(proof).map { matrix.row($0) }
        var discount = Discount.notAsked
        let counts = rows.contains { row in
            guard let why = self.discount(signature, in: row, roster) else { return true }
            discount = why
            return false
        }
        guard counts else { throw .doesNotCount(person: signature.person, discount) }
        signatures.append(signature)
        return standing(matrix: matrix, roster: roster, proof: proof)
    }

    /// A signer takes the signature back, as long as nothing was done with it.
    package mutating func retract(_ person: PersonID, at now: Instant) throws(ApprovalError) {
        guard withdrawn == nil, used == nil else { throw .notOpen(id, withdrawn == nil ? .used : .withdrawn) }
        guard let index = signatures.firstIndex(where: { $0.person == person }) else {
            throw .notSigned(id, person: person)
        }
        signatures.remove(at: index)
    }

    /// - Parameter by: a person, or nil for the user at the Unix socket, who may stop whatever loosens.
    package mutating func withdraw(by person: PersonID?, at now: Instant) throws(ApprovalError) {
        guard withdrawn == nil, used == nil else { throw .notOpen(id, withdrawn == nil ? .used : .withdrawn) }
        guard now < expires else { throw .notOpen(id, .expired) }
        if let person {
            let isProposer = if case .person(person, _) = proposer { true } else { false }
            guard isProposer || signatures.contains(where: { $0.person == person }) else { throw .notTheProposer(id) }
        }
        withdrawn = now
    }

    /// The one use, of exactly what was signed, judged anew.
    /// - Parameter act: what would be done, made from what would do it and not from this approval.
    package mutating func use(
        for act: Act, matrix: SignOffMatrix, roster: Roster, proof: Proof? = nil, at now: Instant
    ) throws(ApprovalError) {
        guard Digest.equalInConstantTime(act.digest, digest) else { throw .otherContent(id) }
        let standing = standing(matrix: matrix, roster: roster, proof: proof)
        switch state(at: now, standing) {
        case .granted: break
        case .open: throw .notGranted(id, missing: standing.missing.map { $0.words })
        case let state: throw .notOpen(id, state)
        }
        if let ends = act.ends, ends.at <= now { throw .endsAlready }
        used = now
    }
}
