internal import Approvals
internal import Bundle
internal import CBOR
internal import Crypto
internal import Identity
internal import JSON
internal import Ledger
internal import Runtime
internal import Storage
internal import Stores
internal import Telemetry
internal import Vocabulary

/// Approvals as calls of the API.
extension Console {
    /// Who signs what, by the bundle in force.
    func matrix() async throws(Problem) -> SignOffMatrix { try await bundle()?.signOffs ?? .standard }

    // MARK: Calls

    func listApprovals(_ call: APICall) async throws(Problem) -> Reply {
        let matrix = try await matrix()
        let request = call.page
        let entries: [ApprovalDesk.Entry]
        do throws(ApprovalDesk.Failure) {
            entries = try await approvals.page(before: request.afterNumber, limit: request.limit + 1, matrix: matrix)
        } catch { throw Console.problem(error) }
        return Page(entries, request, number: { $0.number ?? 0 }).reply { Console.write($0, &$1) }
    }

    func showApproval(_ call: APICall) async throws(Problem) -> Reply {
        let id: ProposalID = try call.id()
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in try await self.approvals.find(id, matrix: matrix) }
    }

    func proposeAct(_ call: APICall) async throws(Problem) -> Reply {
        let body = try call.reader()
        let act: Act
        do throws(ApprovalError) { act = try Act(cbor: ActJSON.cbor(body.value)) } catch {
            guard case .undecodable(let path, let expected) = error else { throw Console.problem(.refused(error)) }
            throw .unknown(String(path.trimmingPrefix("act.")), "expected \(expected)")
        }
        // These come from what they would do, not from what somebody says that they would.
        guard !Operations.ownActs.contains(act.name) else {
            throw .badField("act", "\(act.name.rawValue) is proposed by the call that does it")
        }
        let proposer = try proposer(call)
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in
            try await self.approvals.propose(act, by: proposer, matrix: matrix, actor: call.actor.recorded)
        }
    }

    func signApproval(_ call: APICall) async throws(Problem) -> Reply {
        let signer = try await signer(call)
        let id: ProposalID = try call.id()
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in
            let entry = try await self.approvals.sign(id, by: signer, matrix: matrix, actor: call.actor.recorded)
            // The last signature opens, wherever it is given.
            guard case .reopenCut(let order) = entry.approval.act, entry.state == .granted else { return entry }
            try await self.reopen(order.cut, matrix, call)
            return try await self.approvals.find(id, matrix: matrix)
        }
    }

    func retractSignature(_ call: APICall) async throws(Problem) -> Reply {
        let signer = try await signer(call)
        let id: ProposalID = try call.id()
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in
            try await self.approvals.retract(id, by: signer.person, matrix: matrix, actor: call.actor.recorded)
        }
    }

    func withdrawApproval(_ call: APICall) async throws(Problem) -> Reply {
        // With a key it is its person who withdraws; without one the user at the Unix socket.
        let person = call.actor.caller == nil ? nil : try await signer(call).person
        let id: ProposalID = try call.id()
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in
            try await self.approvals.withdraw(id, by: person, matrix: matrix, actor: call.actor.recorded)
        }
    }

    // MARK: Who

    /// The person, where a key says who it is; else the user at the Unix socket, who may ask and not sign.
    func proposer(_ call: APICall) throws(Problem) -> Approval.Proposer {
        if let person = call.actor.person, let caller = call.actor.caller {
            return .person(person.id, caller.account.id)
        }
        guard call.actor.caller == nil, let peer = call.actor.peer else {
            throw Problem(.forbidden, "a service proposes nothing; a person does, with their own key")
        }
        return .peer(uid: peer)
    }

    /// A natural person, met by an account of their own. Whoever can sign nothing learns nothing of what there is.
    func signer(_ call: APICall) async throws(Problem) -> ApprovalDesk.Signer {
        guard let caller = call.actor.caller else {
            throw Problem(.unauthenticated, "a person signs, with their own key: `Authorization: Bearer …`")
        }
        guard let person = call.actor.person else {
            throw Problem(.forbidden, "a service signs nothing; a person does, with their own key")
        }
        let delegations = try await store { store throws(StorageError) in try store.delegations(of: person.id) }
        let functions = person.roles.union(delegations.map(\.role)).compactMap { FunctionID($0.rawValue) }
        guard !FunctionID.neverSign.isSuperset(of: functions) else {
            throw Problem(.forbidden, "nobody asks this person to sign: it takes a role that signs")
        }
        return ApprovalDesk.Signer(
            person: person.id, account: caller.account.id, evidence: try await evidence(of: caller.bearer))
    }

    /// A key comes with this very call; of a session counts when its holder last showed who they are.
    private func evidence(of bearer: BearerID) async throws(Problem) -> Signature.Evidence {
        switch bearer {
        case .key(let key): return .key(key)
        case .session(let id):
            let session = try await store { store throws(StorageError) in try store.sessions(id: id).first }
            guard let session else { throw Problem(.unauthenticated, "the session is not valid here") }
            // Of several ways nobody knows which was the last: the weakest counts.
            let method: SigningMethod =
                session.methods.contains(.password)
                ? .password : session.methods.contains(.provider) ? .provider : .passkey
            return .reauthenticated(method, at: session.authenticated)
        }
    }

    // MARK: Answers

    private func answer(
        _ step: () async throws(ApprovalDesk.Failure) -> ApprovalDesk.Entry
    ) async throws(Problem) -> Reply {
        let entry: ApprovalDesk.Entry
        do throws(ApprovalDesk.Failure) { entry = try await step() } catch { throw Console.problem(error) }
        return Reply { Console.write(entry, &$0) }
    }

    static func problem(_ failure: ApprovalDesk.Failure) -> Problem {
        switch failure {
        case .unknown(let what): .notFound(what)
        case .busy: Problem(.wrongState, "somebody else acts on it at this moment; try again")
        case .notRecordable(let problem): .notRecordable(problem)
        case .unavailable(let problem): .unavailable(problem)
        case .refused(let error): Problem(code(of: error), field: field(of: error), error.description)
        }
    }

    private static func code(of error: ApprovalError) -> ProblemCode {
        switch error {
        case .notEntitledToPropose, .notTheProposer: .forbidden
        case .doesNotCount(_, let why): why == .stale ? .staleAuthentication : .forbidden
        case .lastsTooLong, .endsAlready: .wrongState
        case .undecodable: .badField
        case .alreadySigned: .samePerson
        case .notSigned: .notSigned
        case .otherContent: .otherContent
        case .notGranted: .approvalNeeded
        case .notOpen: .approvalOver
        }
    }

    private static func field(of error: ApprovalError) -> String? {
        switch error {
        case .lastsTooLong, .endsAlready: "content.until"
        default: nil
        }
    }

    static func write(_ entry: ApprovalDesk.Entry, _ object: inout JSONWriter) {
        let approval = entry.approval
        object.member("id", approval.id.text)
        object.member("act", approval.act.name.rawValue)
        object.member("state", entry.state.rawValue)
        object.member("sha256", approval.digest.hexadecimal)
        object.key("content")
        ActJSON.write(approval.act.cbor["content"] ?? .null, &object)
        object.member(
            "proposed_by",
            object: { by in
                switch approval.proposer {
                case .person(let person, let account):
                    by.member("person", person.text)
                    by.member("account", account.text)
                case .peer(let uid): by.member("uid", uid)
                }
            })
        object.member("proposed_at", approval.proposed.description)
        object.member("expires", approval.expires.description)
        object.member("deadline", approval.deadline?.description)
        object.member("used_at", approval.used?.description)
        object.member("withdrawn_at", approval.withdrawn?.description)
        object.member(
            "signatures",
            array: { list in
                for signature in approval.signatures {
                    list.object { entryObject in
                        entryObject.member("person", signature.person.text)
                        entryObject.member("account", signature.account.text)
                        entryObject.member("at", signature.at.description)
                        entryObject.member("method", signature.evidence.method.rawValue)
                        entryObject.member("counts", entry.standing.counted.contains(signature.person))
                    }
                }
            })
        object.member(
            "missing",
            array: { list in
                for missing in entry.standing.missing {
                    list.object { place in
                        place.member("act", missing.act.rawValue)
                        place.member(
                            "functions",
                            array: { names in for name in missing.functions.sorted() { names.string(name.text) } })
                    }
                }
            })
    }
}
