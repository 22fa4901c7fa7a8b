internal import CutOff
internal import Identity
internal import Vocabulary

/// Cut-offs: ordered by one person, reopened by two.
extension Operations {
    private static var idOfCut: Parameter { Parameter("id", .id(CutKind.self), "a cut-off") }

    static var cuts: [Operation] {
        [
            Operation(
                "listCuts", .get, "/api/cuts", "the cut-offs with their receipts, in the order of the orders",
                .right(.cutsRead),
                query: PageRequest.parameters + [
                    Parameter("state", .choice(["in_force", "reopened"]), "as they are now")
                ], answer: page(.receipt)
            ) { console, call throws(Problem) in try await console.listCuts(call) },
            Operation(
                "orderCut", .post, "/api/cuts", "cut off what the members of the scope have in common",
                .right(.cutOrder),
                body: .json(.component(.cutOrder), isRequired: true), answer: .component(.receipt),
                refuses: [.unknownReference, .wrongState, .idTaken]
            ) { console, call throws(Problem) in try await console.orderCut(call) },
            Operation(
                "getCut", .get, "/api/cuts/{id}", "the receipt of a cut-off", .right(.cutsRead), place: [idOfCut],
                answer: .component(.receipt), isTagged: true
            ) { console, call throws(Problem) in try await console.showCut(call) },
            Operation(
                "signReopening", .post, "/api/cuts/{id}/signatures",
                "sign a reopening, with a person's key; the sign-off matrix says who", .anybody(termsFirst: true),
                place: [idOfCut], body: .json(.object([]), isRequired: false),
                answer: .object([
                    .required("cut", .id(CutKind.self)), .required("signatures", .list(.component(.signature))),
                    .required("in_force", .boolean), .required("needed", .count),
                ]), refuses: [.samePerson, .alreadyReopened, .approvalOver, .wrongState, .staleAuthentication]
            ) { console, call throws(Problem) in try await console.signReopening(call) },
        ]
    }
}
