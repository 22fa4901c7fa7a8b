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
    func matrix() async throws(APIError) -> SignOffMatrix { try await bundle()?.signOffs ?? .standard }

    // MARK: Calls

    /// LIMIT: approvals of one answer.
    private static var approvalsAtOnce: Int { 500 }

    func listApprovals(_ call: APICall) async throws(APIError) -> JSONWriter {
        try mayLook(call)
        guard let limit = Int(call.query["limit"] ?? "100"), (1...Console.approvalsAtOnce).contains(limit) else {
            throw .badField("limit", "expected a number from 1 to \(Console.approvalsAtOnce)")
        }
        var before: Int64?
        if let after = call.query["after"] {
            guard let number = Int64(after) else { throw .badField("after", "expected the `next` of the page before") }
            before = number
        }
        let matrix = try await matrix()
        let entries: [ApprovalDesk.Entry]
        do throws(ApprovalDesk.Failure) {
            entries = try await approvals.page(before: before, limit: limit, matrix: matrix)
        } catch { throw Console.error(error) }
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "items", array: { list in for entry in entries { list.object { Console.write(entry, &$0) } } })
            object.member("next", entries.count == limit ? entries.last?.number.map { "\($0)" } : nil)
        }
        return writer
    }

    func showApproval(_ call: APICall) async throws(APIError) -> JSONWriter {
        try mayLook(call)
        let id = try Console.proposal(call)
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in try await self.approvals.find(id, matrix: matrix) }
    }

    func proposeAct(_ call: APICall) async throws(APIError) -> JSONWriter {
        let body = try BodyReader(body: call.body, knows: ["act", "content"])
        _ = try body.text("act")
        let act: Act
        do throws(ApprovalError) { act = try Act(cbor: ActJSON.cbor(body.value)) } catch {
            guard case .undecodable(let path, let expected) = error else { throw Console.error(.refused(error)) }
            throw .badField(String(path.trimmingPrefix("act.")), "expected \(expected)")
        }
        // Each of these comes from what it would do, not from what somebody says that it would.
        switch act {
        case .orderCut, .reopenCut, .activateBundle:
            throw .badField("act", "\(act.name.rawValue) is proposed by the call that does it")
        default: break
        }
        let proposer = try proposer(call)
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in
            try await self.approvals.propose(act, by: proposer, matrix: matrix, actor: call.actor.recorded)
        }
    }

    func signApproval(_ call: APICall) async throws(APIError) -> JSONWriter {
        let id = try Console.proposal(call)
        let signer = try signer(call)
        let matrix = try await matrix()
        logger.info("approval_signed", ["approval": .id(id)])
        return try await answer { () throws(ApprovalDesk.Failure) in
            try await self.approvals.sign(id, by: signer, matrix: matrix, actor: call.actor.recorded)
        }
    }

    func retractSignature(_ call: APICall) async throws(APIError) -> JSONWriter {
        let id = try Console.proposal(call)
        let signer = try signer(call)
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in
            try await self.approvals.retract(id, by: signer.person, matrix: matrix, actor: call.actor.recorded)
        }
    }

    func withdrawApproval(_ call: APICall) async throws(APIError) -> JSONWriter {
        let id = try Console.proposal(call)
        let person = call.actor.person?.id
        guard person != nil || call.actor.peer != nil else { throw APIError(403, "forbidden", "a person withdraws it") }
        let matrix = try await matrix()
        return try await answer { () throws(ApprovalDesk.Failure) in
            try await self.approvals.withdraw(id, by: person, matrix: matrix, actor: call.actor.recorded)
        }
    }

    // MARK: Who

    /// Whoever may read, or may be asked to sign; a proposal may tell what an employee has no business with.
    private func mayLook(_ call: APICall) throws(APIError) {
        let roles = Set(Role.allCases).subtracting([.employee, .engineer, .regulatorOfficer])
        try call.require(roles)
    }

    /// The person, where a key says who it is; else the user at the Unix socket, who may ask and not sign.
    func proposer(_ call: APICall) throws(APIError) -> Approval.Proposer {
        if let person = call.actor.person, let caller = call.actor.caller {
            return .person(person.id, caller.account.id)
        }
        guard let peer = call.actor.peer else {
            throw APIError(403, "forbidden", "a service proposes nothing; a person does, with their own key")
        }
        return .peer(uid: peer)
    }

    /// A natural person, met by an account of their own.
    func signer(_ call: APICall) throws(APIError) -> ApprovalDesk.Signer {
        guard let person = call.actor.person, let caller = call.actor.caller else {
            throw APIError(
                401, "unauthenticated", "a person signs, with their own key: `Authorization: Bearer …`")
        }
        return ApprovalDesk.Signer(person: person.id, account: caller.account.id, evidence: .key(caller.key.id))
    }

    private static func proposal(_ call: APICall) throws(APIError) -> ProposalID {
        guard call.path.count > 2, let id = ProposalID(call.path[2]) else { throw .notFound("there is no such proposal") }
        return id
    }

    // MARK: Answers

    private func answer(
        _ step: () async throws(ApprovalDesk.Failure) -> ApprovalDesk.Entry
    ) async throws(APIError) -> JSONWriter {
        let entry: ApprovalDesk.Entry
        do throws(ApprovalDesk.Failure) { entry = try await step() } catch { throw Console.error(error) }
        var writer = JSONWriter()
        writer.object { Console.write(entry, &$0) }
        return writer
    }

    static func error(_ failure: ApprovalDesk.Failure) -> APIError {
        switch failure {
        case .unknown(let what): .notFound(what)
        case .busy: APIError(409, "conflict", "somebody else acts on it at this moment; try again")
        case .notRecordable(let problem): .notRecordable(problem)
        case .unavailable(let problem): .unavailable(problem)
        case .refused(let error):
            switch error.code {
            case "forbidden", "stale_authentication": APIError(403, error.code, error.description)
            case "bad_field": .badField("content", error.description)
            default: APIError(409, error.code, error.description)
            }
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
