/// Why a request got no answer from a model, other than a decision: each kind has one HTTP status and one place in each
/// protocol's closed list of error types.
package struct Failure: Error, Equatable, Sendable {
    package enum Kind: Int, CaseIterable, Sendable {
        case invalidRequest = 400
        case unauthenticated = 401
        case notFound = 404
        case methodNotAllowed = 405
        case tooLarge = 413
        case unsupportedMediaType = 415
        case limited = 429
        case `internal` = 500
        case notBuilt = 501
        case upstreamFailed = 502
        case unavailable = 503
        case timedOut = 504
        case overloaded = 529

        package var status: Int { rawValue }

        /// The same request may succeed a moment later.
        package var isWorthAnotherTry: Bool {
            switch self {
            case .limited, .internal, .upstreamFailed, .unavailable, .timedOut, .overloaded: true
            case .invalidRequest, .unauthenticated, .notFound, .methodNotAllowed, .tooLarge, .unsupportedMediaType,
                .notBuilt:
                false
            }
        }
    }

    package var kind: Kind
    /// One sentence for the caller: lower case, no trailing stop, what to do about it.
    package var message: String
    /// The field at fault: a JSON path or a header's name.
    package var field: String?
    /// For `retry-after`, where waiting helps.
    package var retryAfterSeconds: Int?
    /// For `allow`, with `methodNotAllowed`.
    package var allow: String?

    package init(
        _ kind: Kind, _ message: String, field: String? = nil, retryAfterSeconds: Int? = nil, allow: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.field = field
        self.retryAfterSeconds = retryAfterSeconds
        self.allow = allow
    }
}
