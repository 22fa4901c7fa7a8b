internal import CutOff
internal import Identity
internal import Location
internal import Vocabulary

/// The shapes that the document names, so that a client has one type for each.
enum Component: String, CaseIterable, Sendable {
    case problem = "Problem"
    case me = "Me"
    case person = "Person"
    case personToPut = "PersonToPut"
    case account = "Account"
    case accountToPut = "AccountToPut"
    case key = "Key"
    case keyToMake = "KeyToMake"
    case session = "Session"
    case terms = "Terms"
    case statement = "Statement"
    case evidence = "Evidence"
    case cutOrder = "CutOrder"
    case receipt = "Receipt"
    case signature = "Signature"
    case approval = "Approval"
    case actToPropose = "ActToPropose"
    case bundle = "Bundle"
    case activation = "Activation"
    case alert = "Alert"
    case model = "Model"
    case useCase = "UseCase"
    case status = "Status"
    case log = "Log"
    case checkpoint = "Checkpoint"
    case record = "Record"
    case proof = "InclusionProof"
    case explanation = "Explanation"

    var schema: Schema {
        switch self {
        case .problem: Component.problemSchema
        case .me, .person, .personToPut, .account, .accountToPut: peopleSchema
        case .key, .keyToMake, .session, .terms: keySchema
        case .statement, .evidence: evidenceSchema
        case .cutOrder, .receipt, .signature: cutSchema
        case .approval: Component.approvalSchema
        case .actToPropose: Component.actSchema
        case .bundle, .activation, .model, .useCase: bundleSchema
        case .alert, .status: statusSchema
        case .log, .checkpoint, .record, .proof, .explanation: ledgerSchema
        }
    }

    private static var problemSchema: Schema {
        .open([
            .required("type", .name), .required("title", .name), .required("status", .integer(400...599)),
            .required("detail", .text), .optional("instance", .text),
            .required("code", .choice(ProblemCode.self), "stable; for programs"),
            .required("field", .nullable(.text), "the member, parameter or header at fault"),
            .optional("pointer", .text, "the same place of a body as a JSON pointer (RFC 6901)"),
        ])
    }
}
