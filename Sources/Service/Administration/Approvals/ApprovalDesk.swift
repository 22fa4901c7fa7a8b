internal import Approvals
internal import Bytes
internal import CBOR
internal import Crypto
internal import Ledger
internal import Runtime
internal import Storage
internal import Stores
internal import Vocabulary

/// Acts put to signature: proposed, signed, used once.
///
/// INVARIANT: each step is recorded before it counts; a step that cannot be recorded has not happened. Nothing here
/// says that an act is granted and lets somebody else act on it later: `use` judges, records and marks in one go, and
/// the caller does what was signed after it returned.
@EventLoop
final class ApprovalDesk {
    /// LIMIT: proposals that are neither used nor withdrawn nor told to be over.
    private nonisolated static let mostOpen = 10_000

    private let thread: Confined<ControlStore>
    private let ledger: NodeLedger
    private let notices: NoticeDesk
    /// Contents that a step is being taken on: two steps on one would each judge without the other.
    private var busy: Set<Digest> = []

    init(store: Confined<ControlStore>, ledger: NodeLedger, notices: NoticeDesk) {
        thread = store
        self.ledger = ledger
        self.notices = notices
    }

    enum Failure: Error {
        case refused(ApprovalError)
        case unknown(String)
        /// Somebody else takes a step on it at this moment.
        case busy
        case notRecordable(String)
        case unavailable(String)
    }

    /// Whoever takes a step, as the call found them.
    struct Signer: Sendable {
        var person: PersonID
        var account: AccountID
        var evidence: Signature.Evidence
        /// What the evidence is a digest of, such as a passkey's assertion; recorded with the signature.
        var proof: [UInt8]?
    }

    /// An approval and how it stands at this moment.
    struct Entry: Sendable {
        var number: Int64?
        var approval: Approval
        var standing: Approval.Standing
        var state: Approval.State
    }

    private func now() -> Instant { Instant(nanoseconds: Clocks.wall) }

    // MARK: Steps

    /// Puts an act to signature; what is open for the same content already is given back instead.
    func propose(
        _ act: Act, by proposer: Approval.Proposer, matrix: SignOffMatrix, actor: RecordedActor
    ) async throws(Failure) -> Entry {
        try enter(act.digest)
        defer { busy.remove(act.digest) }
        let waiting = try await store { store throws(StorageError) in try store.openApprovals() }
        guard waiting < ApprovalDesk.mostOpen else {
            throw .unavailable("\(waiting) proposals wait for signatures; withdraw some first")
        }
        let (people, accounts): ([PersonID], [AccountID]) =
            if case .person(let person, let account) = proposer { ([person], [account]) } else { ([], []) }
        let now = now()
        let roster = try await store { store throws(StorageError) in try store.roster(people, accounts, at: now) }
        guard let id = ProposalID("ap-" + Base32.encode(bytes: SecureRandom.bytes(10)).lowercased()) else {
            throw .unavailable("no id could be made")
        }
        let approval: Approval
        do throws(ApprovalError) {
            approval = try Approval(
                proposing: act, id: id, by: proposer, matrix: matrix, roster: roster, at: now)
        } catch { throw .refused(error) }
        if let open = try await open(act, matrix) { return open }
        try await record(approval, .proposed, by: actor, [("content", .bytes(act.encoded))])
        try await store { store throws(StorageError) in try store.add(approval) }
        return entry(approval, matrix, roster)
    }

    func sign(
        _ id: ProposalID, by signer: Signer, matrix: SignOffMatrix, actor: RecordedActor
    ) async throws(Failure) -> Entry {
        var (approval, roster) = try await found(id, signer.person, signer.account)
        try enter(approval.digest)
        defer { busy.remove(approval.digest) }
        (approval, roster) = try await found(id, signer.person, signer.account)
        let signature = Signature(
            person: signer.person, account: signer.account, at: now(), evidence: signer.evidence)
        do throws(ApprovalError) {
            _ = try approval.sign(signature, matrix: matrix, roster: roster)
        } catch { throw .refused(error) }
        try await record(approval, .signed, by: actor, [("signature", ApprovalDesk.cbor(signature, signer.proof))])
        try await store { store throws(StorageError) in try store.sign(id, signature) }
        return entry(approval, matrix, roster)
    }

    func retract(
        _ id: ProposalID, by person: PersonID, matrix: SignOffMatrix, actor: RecordedActor
    ) async throws(Failure) -> Entry {
        try await end(id, .retracted, person, matrix, actor) { (approval, now) throws(ApprovalError) in
            try approval.retract(person, at: now)
        } keep: { (store, _) throws(StorageError) in
            try store.retract(id, person)
        }
    }

    /// - Parameter person: nil for the user at the Unix socket.
    func withdraw(
        _ id: ProposalID, by person: PersonID?, matrix: SignOffMatrix, actor: RecordedActor
    ) async throws(Failure) -> Entry {
        try await end(id, .withdrawn, person, matrix, actor) { (approval, now) throws(ApprovalError) in
            try approval.withdraw(by: person, at: now)
        } keep: { (store, now) throws(StorageError) in
            try store.withdraw(id, at: now)
        }
    }

    private func end(
        _ id: ProposalID, _ change: Change, _ person: PersonID?, _ matrix: SignOffMatrix, _ actor: RecordedActor,
        step: (inout Approval, Instant) throws(ApprovalError) -> Void,
        keep: @escaping @Sendable (ControlStore, Instant) throws(StorageError) -> Void
    ) async throws(Failure) -> Entry {
        var (approval, roster) = try await found(id, person, nil)
        try enter(approval.digest)
        defer { busy.remove(approval.digest) }
        (approval, roster) = try await found(id, person, nil)
        let now = now()
        do throws(ApprovalError) { try step(&approval, now) } catch { throw .refused(error) }
        try await record(approval, change, by: actor)
        try await store { store throws(StorageError) in try keep(store, now) }
        return entry(approval, matrix, roster)
    }

    /// Uses the approval of exactly this act, once. When it returns, the act may be done and is not granted any more.
    /// - Parameter act: made from what will be done.
    /// - Returns: the approval with the signatures that counted, and no others.
    func use(_ act: Act, matrix: SignOffMatrix, actor: RecordedActor) async throws(Failure) -> Approval {
        try enter(act.digest)
        defer { busy.remove(act.digest) }
        guard let open = try await open(act, matrix) else { throw .unknown("nothing is proposed for this") }
        var approval = open.approval
        let (kept, now) = (approval, now())
        let roster = try await store { store throws(StorageError) in try store.roster(of: kept, at: now) }
        do throws(ApprovalError) {
            try approval.use(for: act, matrix: matrix, roster: roster, at: now)
        } catch { throw .refused(error) }
        let counted = approval.standing(matrix: matrix, roster: roster).counted
        approval = approval.with(approval.signatures.filter { counted.contains($0.person) })
        try await record(approval, .used, by: actor)
        let isFirst = try await store { store throws(StorageError) in try store.use(kept.id, at: now) }
        guard isFirst else { throw .refused(.notOpen(kept.id, .used)) }
        return approval
    }

    // MARK: What there is

    func find(_ id: ProposalID, matrix: SignOffMatrix) async throws(Failure) -> Entry {
        let (approval, roster) = try await found(id, nil, nil)
        return entry(approval, matrix, roster)
    }

    /// Proposed for this content, neither over nor used; the latest that is granted, or else the latest.
    func open(_ act: Act, _ matrix: SignOffMatrix) async throws(Failure) -> Entry? {
        let now = now()
        let found = try await store { store throws(StorageError) in
            try ApprovalDesk.rows(try store.approvals(unusedFor: act).map { (nil, $0) }, store, now)
        }
        let entries = found.map { entry($0.approval, matrix, $0.roster) }
        return entries.first { $0.state == .granted } ?? entries.first { $0.state == .open }
    }

    /// - Parameter before: the number of the last entry of the page before.
    func page(before: Int64?, limit: Int, matrix: SignOffMatrix) async throws(Failure) -> [Entry] {
        let now = now()
        let found = try await store { store throws(StorageError) in
            try ApprovalDesk.rows(
                try store.approvals(before: before, limit: limit).map { ($0.number, $0.approval) }, store, now)
        }
        return found.map { row in
            var entry = entry(row.approval, matrix, row.roster)
            entry.number = row.number
            return entry
        }
    }

    private struct Row: Sendable {
        var number: Int64?
        var approval: Approval
        var roster: Roster
    }

    private nonisolated static func rows(
        _ found: [(Int64?, Approval)], _ store: ControlStore, _ now: Instant
    ) throws(StorageError) -> [Row] {
        var rows: [Row] = []
        for (number, approval) in found {
            rows.append(Row(number: number, approval: approval, roster: try store.roster(of: approval, at: now)))
        }
        return rows
    }

    private func found(
        _ id: ProposalID, _ person: PersonID?, _ account: AccountID?
    ) async throws(Failure) -> (Approval, Roster) {
        let now = now()
        let found = try await store { store throws(StorageError) -> (Approval, Roster)? in
            guard let approval = try store.approval(id) else { return nil }
            return (approval, try store.roster(of: approval, and: person, account, at: now))
        }
        guard let found else { throw .unknown("there is no proposal \(id)") }
        return found
    }

    private func entry(_ approval: Approval, _ matrix: SignOffMatrix, _ roster: Roster) -> Entry {
        let standing = approval.standing(matrix: matrix, roster: roster)
        return Entry(approval: approval, standing: standing, state: approval.state(at: now(), standing))
    }

    // MARK: What was not signed in time

    /// Records which proposals ended unused, and gives back those acts that were done at once and that nobody has
    /// confirmed in time, until they are settled.
    func settle(matrix: SignOffMatrix) async throws(Failure) -> [Entry] {
        let now = now()
        let found = try await store { store throws(StorageError) in
            try ApprovalDesk.rows(try store.unsettledApprovals(at: now).map { (nil, $0) }, store, now)
        }
        var overdue: [Entry] = []
        for row in found {
            let entry = entry(row.approval, matrix, row.roster)
            if entry.approval.isOverdue(at: now, entry.standing) {
                overdue.append(entry)
                continue
            }
            if entry.state == .expired {
                try await record(entry.approval, .expired, by: RecordedActor(service: "approvals"))
            }
            let id = entry.approval.id
            try await store { store throws(StorageError) in try store.settle(id, at: now) }
        }
        return overdue
    }

    /// Records that it was told.
    func settle(overdue entry: Entry) async throws(Failure) {
        try await record(entry.approval, .overdue, by: RecordedActor(service: "approvals"))
        let (id, now) = (entry.approval.id, now())
        try await store { store throws(StorageError) in try store.settle(id, at: now) }
    }

    func isKnown(_ act: Act) async throws(Failure) -> Bool {
        try await store { store throws(StorageError) in try store.hasApproval(for: act) }
    }

    // MARK: Store and ledger

    private func enter(_ content: Digest) throws(Failure) {
        guard busy.insert(content).inserted else { throw .busy }
    }

    private func store<Value: Sendable>(
        _ body: @escaping @Sendable (ControlStore) throws(StorageError) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, StorageError>
        do {
            result = try await thread.run { store in Result { () throws(StorageError) in try body(store) } }
        } catch { throw .unavailable("too many calls wait for the control store; try again") }
        do throws(StorageError) { return try result.get() } catch { throw .unavailable(error.description) }
    }

    private enum Change: String {
        case proposed, signed, retracted, withdrawn, used, expired, overdue
    }

    /// An APPROVAL record (docs/formats/record.md); returns when it is on disk.
    private func record(
        _ approval: Approval, _ change: Change, by actor: RecordedActor, _ more: [(String, CBOR)] = []
    ) async throws(Failure) {
        let about: [(String, CBOR)] =
            [
                ("act", .text(approval.act.name.rawValue)), ("approval", .text(approval.id.text)),
                ("change", .text(change.rawValue)), ("digest", .bytes(approval.digest.bytes)),
                ("signers", .array(approval.signatures.map { .text($0.person.text) })),
                ("until", .integer(approval.expires.nanoseconds)),
            ] + more
        do throws(LedgerError) {
            let log = try await ledger.log(for: NodeLedger.control)
            let index = try await log.act(
                .approval, ActRecord(actor: actor, about: .map(about)), lease: Console.lease)
            try await log.durable(through: index)
            notices.act(.approval, [about], by: actor, at: now(), log.reference(to: index))
        } catch { throw .notRecordable(error.description) }
    }

    private static func cbor(_ signature: Signature, _ proof: [UInt8]?) -> CBOR {
        var pairs: [(String, CBOR)] = [
            ("person", .text(signature.person.text)), ("account", .text(signature.account.text)),
            ("at", .integer(signature.at.nanoseconds)), ("method", .text(signature.evidence.method.rawValue)),
        ]
        switch signature.evidence {
        case .key(let key): pairs.append(("key", .text(key.text)))
        case .reauthenticated(_, let at): pairs.append(("proved", .integer(at.nanoseconds)))
        case .passkey(let credential, let assertion):
            pairs.append(("credential", .text(credential)))
            pairs.append(("sha256", .bytes(assertion.bytes)))
        }
        if let proof { pairs.append(("proof", .bytes(proof))) }
        return .map(pairs)
    }
}
