internal import Approvals
internal import Identity
internal import Vocabulary

/// Acts that natural persons sign before they are done: proposed, signed, withdrawn. Using one is the act's own call.
extension Operations {
    private static var idOfProposal: Parameter { Parameter("id", .id(ProposalKind.self), "a proposal") }

    /// Proposed by the call that does them, which alone knows their content.
    static let ownActs: Set<ActKind> = [.orderCut, .reopenCut, .activateBundle]

    private static let over: [ProblemCode] = [.approvalOver, .wrongState]

    static var approvals: [Operation] {
        [
            Operation(
                "listApprovals", .get, "/api/approvals", "what was put to signature, the latest first",
                .right(.approvalsRead), query: PageRequest.parameters, answer: page(.approval)
            ) { console, call throws(Problem) in try await console.listApprovals(call) },
            Operation(
                "proposeAct", .post, "/api/approvals", "put an act to signature; what is open for the same is answered",
                .right(.approvalsPropose), body: .json(.component(.actToPropose), isRequired: true),
                answer: .component(.approval), refuses: [.unknownReference, .wrongState]
            ) { console, call throws(Problem) in try await console.proposeAct(call) },
            Operation(
                "getApproval", .get, "/api/approvals/{id}", "a proposal: what is signed, by whom, who is missing",
                .right(.approvalsRead), place: [idOfProposal], answer: .component(.approval), isTagged: true
            ) { console, call throws(Problem) in try await console.showApproval(call) },
            Operation(
                "signApproval", .post, "/api/approvals/{id}/signatures", "sign a proposal, with a person's key",
                .anybody(termsFirst: true), place: [idOfProposal], body: .json(.object([]), isRequired: false),
                answer: .component(.approval), refuses: over + [.samePerson, .staleAuthentication]
            ) { console, call throws(Problem) in try await console.signApproval(call) },
            Operation(
                "retractSignature", .post, "/api/approvals/{id}/retract",
                "take back one's signature, as long as nothing was done with it", .anybody(termsFirst: true),
                place: [idOfProposal], body: .json(.object([]), isRequired: false), answer: .component(.approval),
                refuses: over + [.notSigned]
            ) { console, call throws(Problem) in try await console.retractSignature(call) },
            Operation(
                "withdrawApproval", .post, "/api/approvals/{id}/withdraw",
                "withdraw a proposal: who proposed or signed it, or the Unix socket", .anybody(termsFirst: true),
                place: [idOfProposal], body: .json(.object([]), isRequired: false), answer: .component(.approval),
                refuses: over
            ) { console, call throws(Problem) in try await console.withdrawApproval(call) },
        ]
    }
}
