package import JSON

/// Why a request cannot be read. No content, only places.
package enum DialectError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    case notAnObject
    case missing(field: String)
    /// `expected` as in "an array".
    case wrongType(field: String, expected: String)
    case outOfRange(field: String, expected: String)
    case compressed
    case notJSONMediaType
    case missingHeader(name: String, example: String)
    case repeatedHeader(name: String)
    /// `names`: how many the field may list.
    case malformedHeader(name: String, names: Int)
    /// A detector knows something in it.
    case revealingHeader(name: String)
    case malformedAuthorization
    case conflictingCredentials
    case unsupportedQuery

    package var failure: Failure {
        switch self {
        case .notJSON(let error):
            let kind: Failure.Kind =
                switch error.fault {
                case .tooLong: .tooLarge
                case .noMemory: .unavailable
                default: .invalidRequest
                }
            return Failure(
                kind, "the body is not acceptable JSON: \(error)", field: error.path.isEmpty ? nil : error.path)
        case .notAnObject: return Failure(.invalidRequest, "the body must be a JSON object")
        case .missing(let field): return Failure(.invalidRequest, "\(field) is required", field: field)
        case .wrongType(let field, let expected), .outOfRange(let field, let expected):
            return Failure(.invalidRequest, "\(field) must be \(expected)", field: field)
        case .compressed:
            return Failure(
                .unsupportedMediaType, "the body is compressed; send it without content-encoding",
                field: "content-encoding")
        case .notJSONMediaType:
            return Failure(
                .unsupportedMediaType, "content-type must be application/json", field: "content-type")
        case .missingHeader(let name, let example):
            return Failure(.invalidRequest, "the header \(name) is required, for example \(example)", field: name)
        case .repeatedHeader(let name):
            return Failure(.invalidRequest, "the header \(name) is sent more than once; join its values", field: name)
        case .malformedHeader(let name, let names):
            let form = "of letters, digits and . _ = - with at most \(ForwardedHeaders.nameLimit) bytes"
            return Failure(
                .invalidRequest,
                names == 1
                    ? "the header \(name) must be one name \(form)"
                    : "the header \(name) must list 1 to \(names) names \(form), with commas between", field: name)
        case .revealingHeader(let name):
            return Failure(
                .invalidRequest,
                "the header \(name) holds what looks like the number of a card, account or identity card",
                field: name)
        case .malformedAuthorization:
            return Failure(
                .unauthenticated, "authorization must be the word Bearer, a space and a key", field: "authorization")
        case .conflictingCredentials:
            return Failure(
                .unauthenticated, "authorization and x-api-key carry different keys; send one of them",
                field: "x-api-key")
        case .unsupportedQuery:
            return Failure(.invalidRequest, "the query of this path is not supported; send the path alone")
        }
    }
}
