/// Why a call is not done, for programs: each code has one status and one title, for good.
enum ProblemCode: String, CaseIterable, Sendable {
    case badRequest = "bad_request"
    case badBody = "bad_body"
    case badJSON = "bad_json"
    case badField = "bad_field"
    case badBundle = "bad_bundle"
    case unauthenticated
    case forbidden
    case termsMissing = "terms_missing"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case unknownReference = "unknown_reference"
    case wrongState = "wrong_state"
    case idTaken = "id_taken"
    case exists
    case samePerson = "same_person"
    case alreadyReopened = "already_reopened"
    case approvalNeeded = "approval_needed"
    case approvalOver = "approval_over"
    case notSigned = "not_signed"
    case otherContent = "other_content"
    case staleAuthentication = "stale_authentication"
    case termsNewer = "terms_newer"
    case otherTerms = "other_terms"
    case noBundle = "no_bundle"
    case idempotencyInFlight = "idempotency_in_flight"
    case idempotencyUnknown = "idempotency_unknown"
    case preconditionFailed = "precondition_failed"
    case tooLarge = "too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case idempotencyMismatch = "idempotency_mismatch"
    case unavailable
    case notRecordable = "not_recordable"

    /// 400 is for what no state of the installation could accept, 409 for what this state does not.
    var status: Int {
        switch self {
        case .badRequest, .badBody, .badJSON, .badField: 400
        case .unauthenticated: 401
        case .forbidden, .termsMissing, .staleAuthentication: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .unknownReference, .wrongState, .idTaken, .exists, .samePerson, .alreadyReopened, .termsNewer, .otherTerms,
            .noBundle, .approvalNeeded, .approvalOver, .notSigned, .otherContent, .idempotencyInFlight,
            .idempotencyUnknown, .badBundle:
            409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .idempotencyMismatch: 422
        case .unavailable, .notRecordable: 503
        }
    }

    var title: String {
        switch self {
        case .badRequest: "the request is not HTTP as it is spoken here"
        case .badBody: "the body did not arrive whole"
        case .badJSON: "the body is not JSON"
        case .badField: "a field does not have the shape that it must have"
        case .badBundle: "the body is not a snapshot that this version can use"
        case .unauthenticated: "a valid key is needed"
        case .forbidden: "the caller has no right to this"
        case .termsMissing: "the terms of use are not accepted"
        case .notFound: "there is no such thing, or the caller may not know of it"
        case .methodNotAllowed: "the path has other methods"
        case .notAcceptable: "the answer has another media type"
        case .unknownReference: "a field names something that does not exist"
        case .wrongState: "what is there does not allow it now"
        case .idTaken: "the id is taken"
        case .exists: "it exists, and the call does not say which version it replaces"
        case .samePerson: "another natural person must sign"
        case .alreadyReopened: "the cut-off is reopened already"
        case .approvalNeeded: "natural persons must sign first"
        case .approvalOver: "the proposal is used, withdrawn or expired"
        case .notSigned: "the person has not signed"
        case .otherContent: "what was signed is not what would be done"
        case .staleAuthentication: "the sign-in is too long ago"
        case .termsNewer: "later terms are published"
        case .otherTerms: "other terms hold"
        case .noBundle: "no bundle is active"
        case .idempotencyInFlight: "the first call with this key still runs"
        case .idempotencyUnknown: "it is not known what became of the first call with this key"
        case .preconditionFailed: "the thing has changed"
        case .tooLarge: "the body is too large"
        case .unsupportedMediaType: "the body has another media type"
        case .idempotencyMismatch: "the key was used for another call"
        case .unavailable: "a part of the installation does not answer"
        case .notRecordable: "the ledger takes no records"
        }
    }
}
