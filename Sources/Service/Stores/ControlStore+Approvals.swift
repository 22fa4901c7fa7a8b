package import Approvals
internal import Crypto
internal import Identity
package import Storage
package import Vocabulary

/// Proposals and their signatures. The ledger says how each came to be so; this is where it is looked up.
extension ControlStore {
    // MARK: Steps

    /// A new proposal, with the signatures that it has.
    package func add(_ approval: Approval) throws(StorageError) {
        var person: SQLValue = .null
        var account: SQLValue = .null
        var peer: SQLValue = .null
        switch approval.proposer {
        case .person(let id, let by): (person, account) = (.text(id.text), .text(by.text))
        case .peer(let uid): peer = .integer(Int64(uid))
        }
        try database.transaction { () throws(StorageError) in
            try database.run(
                "INSERT INTO approvals (id, act, content, digest, person, account, peer, proposed, expires, "
                    + "deadline, withdrawn, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    .text(approval.id.text), .text(approval.act.name.rawValue), .blob(approval.act.encoded),
                    .blob(approval.digest.bytes), person, account, peer, .integer(approval.proposed.nanoseconds),
                    .integer(approval.expires.nanoseconds), ControlStore.time(approval.deadline),
                    ControlStore.time(approval.withdrawn), ControlStore.time(approval.used),
                ])
            for signature in approval.signatures { try insert(signature, under: approval.id) }
        }
    }

    package func sign(_ id: ProposalID, _ signature: Signature) throws(StorageError) {
        try insert(signature, under: id)
    }

    private func insert(_ signature: Signature, under id: ProposalID) throws(StorageError) {
        var credential: SQLValue = .null
        var proved: SQLValue = .null
        var assertion: SQLValue = .null
        switch signature.evidence {
        case .key(let key): credential = .text(key.text)
        case .reauthenticated(_, let at): proved = .integer(at.nanoseconds)
        case .passkey(let id, let digest): (credential, assertion) = (.text(id), .blob(digest.bytes))
        }
        try database.run(
            "INSERT OR REPLACE INTO approval_signatures (approval, person, account, at, method, credential, proved, "
                + "assertion) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(id.text), .text(signature.person.text), .text(signature.account.text),
                .integer(signature.at.nanoseconds), .text(signature.evidence.method.rawValue), credential, proved,
                assertion,
            ])
    }

    package func retract(_ id: ProposalID, _ person: PersonID) throws(StorageError) {
        try database.run(
            "DELETE FROM approval_signatures WHERE approval = ? AND person = ?", [.text(id.text), .text(person.text)])
    }

    package func withdraw(_ id: ProposalID, at: Instant) throws(StorageError) {
        try database.run(
            "UPDATE approvals SET withdrawn = ? WHERE id = ? AND withdrawn IS NULL AND used IS NULL",
            [.integer(at.nanoseconds), .text(id.text)])
    }

    /// Whether this was the one use.
    package func use(_ id: ProposalID, at: Instant) throws(StorageError) -> Bool {
        try database.run(
            "UPDATE approvals SET used = ? WHERE id = ? AND withdrawn IS NULL AND used IS NULL",
            [.integer(at.nanoseconds), .text(id.text)]) == 1
    }

    /// Notes that its end, or that it is overdue, was told.
    package func settle(_ id: ProposalID, at: Instant) throws(StorageError) {
        try database.run(
            "UPDATE approvals SET settled = ? WHERE id = ?", [.integer(at.nanoseconds), .text(id.text)])
    }

    // MARK: Look-ups

    private static let columns =
        "id, content, person, account, peer, proposed, expires, deadline, withdrawn, used, digest, number"

    package func approval(_ id: ProposalID) throws(StorageError) -> Approval? {
        try approvals("WHERE id = ?", [.text(id.text)]).first?.approval
    }

    /// Those of one content that were neither used nor withdrawn, the latest first.
    package func approvals(unusedFor act: Act) throws(StorageError) -> [Approval] {
        try approvals(
            "WHERE digest = ? AND used IS NULL AND withdrawn IS NULL ORDER BY number DESC",
            [.blob(act.digest.bytes)]
        ).map(\.approval)
    }

    /// How many are neither used nor withdrawn nor settled.
    package func openApprovals() throws(StorageError) -> Int {
        var count: Int64 = 0
        try database.query(
            "SELECT count(*) FROM approvals WHERE settled IS NULL AND used IS NULL AND withdrawn IS NULL"
        ) { row in count = row.integer(0) }
        return Int(count)
    }

    package func hasApproval(for act: Act) throws(StorageError) -> Bool {
        var found = false
        try database.query("SELECT 1 FROM approvals WHERE digest = ? LIMIT 1", [.blob(act.digest.bytes)]) { _ in
            found = true
        }
        return found
    }

    /// A page, the latest first.
    /// - Parameter before: the number of the last one of the page before.
    package func approvals(
        before: Int64?, limit: Int
    ) throws(StorageError) -> [(number: Int64, approval: Approval)] {
        try approvals(
            "WHERE number < ? ORDER BY number DESC LIMIT ?", [.integer(before ?? .max), .integer(Int64(limit))])
    }

    /// Those whose end or whose deadline has passed and was not told yet.
    package func unsettledApprovals(at now: Instant) throws(StorageError) -> [Approval] {
        try approvals(
            "WHERE settled IS NULL AND withdrawn IS NULL AND ((used IS NULL AND expires <= ?) OR deadline <= ?) "
                + "ORDER BY number LIMIT 100", [.integer(now.nanoseconds), .integer(now.nanoseconds)]
        ).map(\.approval)
    }

    private func approvals(
        _ condition: String, _ values: [SQLValue]
    ) throws(StorageError) -> [(number: Int64, approval: Approval)] {
        var found: [(number: Int64, approval: Approval)] = []
        try database.query("SELECT \(ControlStore.columns) FROM approvals \(condition)", values) {
            (row) throws(StorageError) in
            // What was changed under the ledger's feet is not what anybody signed.
            guard let act = try? Act(encoded: row.blob(1)), act.digest.bytes == row.blob(10) else {
                throw .damaged(table: "approvals", column: "content")
            }
            let proposer: Approval.Proposer =
                row.isNull(2)
                ? .peer(uid: UInt32(truncatingIfNeeded: row.integer(4)))
                : .person(try row.parsed(2) { PersonID($0) }, try row.parsed(3) { AccountID($0) })
            let id = try row.parsed(0) { ProposalID($0) }
            func time(_ column: Int32) -> Instant? {
                row.optionalInteger(column).map { Instant(nanoseconds: $0) }
            }
            found.append(
                (
                    row.integer(11),
                    Approval(
                        id: id, act: act, proposer: proposer, proposed: Instant(nanoseconds: row.integer(5)),
                        expires: Instant(nanoseconds: row.integer(6)), deadline: time(7),
                        signatures: [], withdrawn: time(8), used: time(9))
                ))
        }
        for index in found.indices {
            found[index].approval = found[index].approval.with(try signatures(of: found[index].approval.id))
        }
        return found
    }

    private func signatures(of id: ProposalID) throws(StorageError) -> [Signature] {
        var signatures: [Signature] = []
        try database.query(
            "SELECT person, account, at, method, credential, proved, assertion FROM approval_signatures "
                + "WHERE approval = ? ORDER BY at, person", [.text(id.text)]
        ) { (row) throws(StorageError) in
            let evidence: Signature.Evidence
            switch try row.parsed(3, { SigningMethod(rawValue: $0) }) {
            case .key: evidence = .key(try row.parsed(4) { KeyID($0) })
            case .passkey where !row.isNull(6):
                guard let digest = Digest(row.blob(6)) else {
                    throw .damaged(table: "approval_signatures", column: "assertion")
                }
                evidence = .passkey(credential: row.text(4), assertion: digest)
            case let method: evidence = .reauthenticated(method, at: Instant(nanoseconds: row.integer(5)))
            }
            signatures.append(
                Signature(
                    person: try row.parsed(0) { PersonID($0) }, account: try row.parsed(1) { AccountID($0) },
                    at: Instant(nanoseconds: row.integer(2)), evidence: evidence))
        }
        return signatures
    }

    // MARK: Who they are now

    /// The people and accounts of an approval, and one more of each, as they are now.
    package func roster(
        of approval: Approval, and person: PersonID? = nil, _ account: AccountID? = nil, at now: Instant
    ) throws(StorageError) -> Roster {
        var people = approval.signatures.map(\.person)
        var accounts = approval.signatures.map(\.account)
        if case .person(let id, let by) = approval.proposer {
            people.append(id)
            accounts.append(by)
        }
        return try roster(people + [person].compactMap { $0 }, accounts + [account].compactMap { $0 }, at: now)
    }

    package func roster(
        _ people: [PersonID], _ accounts: [AccountID], at now: Instant
    ) throws(StorageError) -> Roster {
        var roster = Roster()
        for id in Set(people) {
            for person in try self.people(id: id) {
                var delegated: [EntityID: Set<FunctionID>] = [:]
                for delegation in try delegations(of: id) where delegation.isInForce(at: now) {
                    guard let function = FunctionID(delegation.role.rawValue) else { continue }
                    delegated[delegation.entity, default: []].insert(function)
                }
                roster.put(
                    Signatory(
                        person: person.id, isActive: person.isActive,
                        functions: Set(person.roles.compactMap { FunctionID($0.rawValue) }), delegated: delegated))
            }
        }
        for id in Set(accounts) {
            for account in try self.accounts(id: id) where account.isActive {
                if case .person(let holder) = account.holder { roster.put(account: id, of: holder) }
            }
        }
        return roster
    }
}
