internal import Approvals
internal import Archive
internal import Bundle
internal import CBOR
internal import Crypto
internal import CutOff
internal import Identity
internal import JSON
internal import Ledger
internal import Runtime
internal import Storage
internal import Stores
internal import Telemetry
internal import Vocabulary

/// What needs signatures before it is done, or after.
extension Console {
    // MARK: Bundles

    /// On whose word a bundle becomes the active one.
    enum Warrant: Sendable {
        case approval(ProposalID)
        /// The first of an installation that has recorded none: whoever founds it brings it along.
        case founding
        /// It is the active one already: nothing is allowed by it that was not.
        case unchanged

        var about: [(String, CBOR)] {
            switch self {
            case .approval(let id): [("approval", .text(id.text))]
            case .founding: [("founding", .bool(true))]
            case .unchanged: []
            }
        }
    }

    /// Uses the approval of exactly this change, or puts the change to signature and says so.
    func warrant(for bundle: Bundle, _ call: APICall) async throws(Problem) -> Warrant {
        let active = try await self.bundle()
        if active == nil, call.actor.peer != nil, call.actor.caller == nil, try await isUnfounded() { return .founding }
        if active?.hash == bundle.hash { return .unchanged }
        let matrix = active?.signOffs ?? .standard
        let act = Act.activateBundle(
            .init(
                name: bundle.name, bundle: bundle.hash, replaces: active?.hash ?? .none,
                matrix: bundle.signOffs.digest, replacesMatrix: matrix.digest))
        let proposer = try proposer(call)
        let entry: ApprovalDesk.Entry
        do throws(ApprovalDesk.Failure) {
            entry = try await openOrProposed(act, proposer, matrix, call)
            if entry.state == .granted {
                return .approval(try await approvals.use(act, matrix: matrix, actor: call.actor.recorded).id)
            }
        } catch { throw Console.problem(error) }
        let missing = entry.standing.missing.map(\.words).joined(separator: "; ")
        throw Problem(
            .approvalNeeded, field: "approval",
            "nothing is changed yet; proposal \(entry.approval.id) waits for signatures: \(missing). "
                + "Sign with `portcullis approvals sign \(entry.approval.id) --key KEY`, then activate again")
    }

    /// Whoever may do an act need not be one who may propose it.
    private func openOrProposed(
        _ act: Act, _ proposer: Approval.Proposer, _ matrix: SignOffMatrix, _ call: APICall
    ) async throws(ApprovalDesk.Failure) -> ApprovalDesk.Entry {
        if let open = try await approvals.open(act, matrix) { return open }
        return try await approvals.propose(act, by: proposer, matrix: matrix, actor: call.actor.recorded)
    }

    /// Whether no activation was ever recorded here: a control store that was lost is no new installation.
    private func isUnfounded() async throws(Problem) -> Bool {
        let hasRecord: Bool?
        do {
            hasRecord = try await archive.run { archive in
                do {
                    for log in try archive.logs() where log.custody == NodeLedger.control {
                        if try !archive.acts(of: log, types: [.policy]).isEmpty { return true }
                    }
                    return false
                } catch { return nil }
            }
        } catch { throw .unavailable("too many calls wait for the ledger; try again") }
        guard let hasRecord else { throw .unavailable("the ledger cannot be read, so nobody knows what was activated") }
        return !hasRecord
    }

    // MARK: Cut-offs

    /// SHA-256 of what was ordered under this id, so that what is signed is what the register holds. An order that was
    /// given twice, to a console that was silent and past it, is one: it counts by what it stops and why, not by the
    /// way and the moment in which it came.
    private func ordered(_ cut: CutID) -> Act.OrderedCut {
        var orders: Set<[UInt8]> = []
        for case .cut(let event, let order) in cuts.register.allEvents where order.id == cut {
            let content = try? Cut(
                id: cut, scope: order.scope, reason: order.reason, basis: order.basis, orderedBy: .peer(uid: 0),
                at: Instant(seconds: 0))
            orders.insert(CutEvent.cut(CutEventID("order") ?? event, content ?? order).encoded)
        }
        let hasher = SHA256()
        for order in orders.sorted(by: { $0.lexicographicallyPrecedes($1) }) { hasher.update(order) }
        return Act.OrderedCut(cut: cut, order: hasher.finish())
    }

    /// Signs a reopening; the signature that completes the approval uses it, and writes both into the register, which
    /// stays the truth: it counts two natural persons by itself.
    func signReopening(of cut: CutID, _ call: APICall) async throws(Problem) -> Approval.Standing {
        let signer = try await signer(call)
        guard cuts.register.reopening(of: cut) == nil else {
            throw Problem(.alreadyReopened, CutOffError.alreadyReopened(cut).description)
        }
        let matrix = try await matrix()
        let act = Act.reopenCut(ordered(cut))
        let proposer = try proposer(call)
        do throws(ApprovalDesk.Failure) {
            let open = try await openOrProposed(act, proposer, matrix, call)
            if open.state == .granted, open.approval.signatures.contains(where: { $0.person == signer.person }) {
                // Whoever completed it was interrupted before the register had it.
                try await reopen(cut, matrix, call)
                return open.standing
            }
            let signed = try await approvals.sign(
                open.approval.id, by: signer, matrix: matrix, actor: call.actor.recorded)
            if signed.state == .granted { try await reopen(cut, matrix, call) }
            return signed.standing
        } catch { throw Console.problem(error) }
    }

    /// Uses the approval of the orders that the register holds now, and writes its signatures there.
    func reopen(_ cut: CutID, _ matrix: SignOffMatrix, _ call: APICall) async throws(ApprovalDesk.Failure) {
        let used = try await approvals.use(
            .reopenCut(ordered(cut)), matrix: matrix, actor: call.actor.recorded)
        let row = matrix.row(.reopenCut)
        let entitled = Set(row.signs.flatMap { $0.map(\.text) })
        logger.warning("reopened", ["cut": .id(cut), "approval": .id(used.id)])
        let known = Set(cuts.register.signatures(of: cut).map(\.person))
        defer {
            // Gateways that do not hear of it now read the register when the store changes.
            EventLoop.spawn {
                _ = try? await self.store { store throws(StorageError) in try store.noteRegister(event: cut.text) }
            }
        }
        for signature in used.signatures where !known.contains(signature.person) {
            // The second is the last that the register takes.
            guard cuts.register.reopening(of: cut) == nil else { return }
            do throws(CutDesk.SigningFailure) {
                // The approval has judged what each of them does in the firm.
                _ = try await cuts.sign(
                    ReopeningSignature(
                        cut: cut, person: signature.person, account: signature.account,
                        key: signature.evidence.registerKey, at: signature.at),
                    roles: entitled, entitled: entitled, by: call.actor.recorded)
            } catch { throw .notRecordable("the register's log takes no records; the reopening must be signed anew") }
        }
    }

    /// Asks for the second signature under an order that was just given: the first is that of the person who gave it.
    /// The order holds whatever comes of this.
    func askToConfirm(_ cut: Cut, _ call: APICall) async {
        do throws(Problem) {
            let matrix = try await matrix()
            let proposer = try proposer(call)
            let act = Act.orderCut(ordered(cut.id))
            let signer = call.actor.person == nil ? nil : try await signer(call)
            do throws(ApprovalDesk.Failure) {
                guard try await !approvals.isKnown(act) else { return }
                let open = try await approvals.propose(
                    act, by: proposer, matrix: matrix, actor: call.actor.recorded)
                guard let signer else { return }
                _ = try await approvals.sign(
                    open.approval.id, by: signer, matrix: matrix, actor: call.actor.recorded)
            } catch { throw Console.problem(error) }
        } catch { logger.warning("cut_not_signed", ["cut": .id(cut.id), "problem": .setting(error.code.rawValue)]) }
    }

    /// The same for an order that came past the console, or whose giver the matrix does not have propose: anybody else
    /// is asked.
    private func askToConfirm(_ cut: Cut, _ matrix: SignOffMatrix) async throws(ApprovalDesk.Failure) {
        let act = Act.orderCut(ordered(cut.id))
        guard try await !approvals.isKnown(act) else { return }
        var uid = UInt32.max
        if case .peer(let peer) = cut.orderedBy { uid = peer }
        _ = try await approvals.propose(
            act, by: .peer(uid: uid), matrix: matrix, actor: RecordedActor(service: "approvals"))
    }

    /// LIMIT: seconds after an order in which the second signature is still asked for; older ones are of another life.
    private static var confirmWithinSeconds: Int64 { 86_400 }

    /// The call that orders asks by itself, and has its giver sign, when the gateways have answered or are known to be
    /// silent.
    private static var ownCallSeconds: Int64 { 60 }

    /// Asks for what is to be confirmed, and tells what was not in time. Called every few seconds.
    func tendApprovals() async {
        do throws(Problem) {
            let matrix = try await matrix()
            do throws(ApprovalDesk.Failure) {
                let (since, until) = (
                    now().adding(seconds: -Console.confirmWithinSeconds),
                    now().adding(seconds: -Console.ownCallSeconds)
                )
                for cut in cuts.register.active where since < cut.at && cut.at < until {
                    try await askToConfirm(cut, matrix)
                }
                for overdue in try await approvals.settle(matrix: matrix) {
                    try await tell(overdue.approval, overdue.standing)
                    try await approvals.settle(overdue: overdue)
                }
            } catch { throw Console.problem(error) }
        } catch { logger.error("approvals_not_tended", ["problem": .setting(error.detail)]) }
    }

    private func tell(_ approval: Approval, _ standing: Approval.Standing) async throws(ApprovalDesk.Failure) {
        guard case .orderCut(let order) = approval.act, cuts.register.reopening(of: order.cut) == nil else { return }
        let missing = standing.missing.map(\.words).joined(separator: "; ")
        let detail = "cut-off \(order.cut) holds and nobody has confirmed it: \(approval.id), \(missing)"
        let at = now()
        do throws(Problem) {
            try await record(
                .alert, [("detail", .text(detail)), ("kind", .text("cut_unconfirmed"))],
                by: APICall.Actor(peer: nil, caller: nil, at: at))
            let number = try await store { store throws(StorageError) in
                try store.raise(alert: "cut_unconfirmed", person: nil, detail: detail, at: at)
            }
            notices.alert(number, "cut_unconfirmed", person: nil, node: "console", at: at)
        } catch { throw .unavailable(error.detail) }
    }
}

extension Signature.Evidence {
    /// How the register names what was signed with: the key, or the way of signing, where there was none.
    fileprivate var registerKey: KeyID {
        if case .key(let key) = self { return key }
        return KeyID(method.rawValue) ?? KeyID("other")
    }
}
