internal import Identity
internal import Runtime

/// One operation of the administration, declared once: from this come its route, the checks of what is sent, who may,
/// and its place in the OpenAPI document.
struct Operation: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// Who may call.
    enum Access: Sendable {
        /// Nobody is asked who they are.
        case anyone
        /// The call looks at the key itself: it is a source's, or the very thing that it is about.
        case ownKey
        /// Whoever has a valid key. - Parameter termsFirst: whether its terms of use must be accepted.
        case anybody(termsFirst: Bool)
        case right(Right)
        /// Whoever has the right; others for what is their own.
        case rightOrOwn(Right)
        /// The Unix socket, without a key: programs of the installation.
        case installation
    }

    enum Body: Sendable {
        case none
        case json(Schema, isRequired: Bool)
        /// - Parameter limit: in bytes.
        case bytes(types: [String], limit: Int)

        /// LIMIT: bytes of a body of JSON.
        static let jsonLimit = 16 << 20

        var limit: Int {
            switch self {
            case .none: 0
            case .json: Body.jsonLimit
            case .bytes(_, let limit): limit
            }
        }

        var types: [String] {
            switch self {
            case .none, .json: ["application/json"]
            case .bytes(let types, _): types
            }
        }
    }

    typealias Serve = @EventLoop (Console, APICall) async throws(Problem) -> Reply

    /// `verbNoun`, for generated clients.
    let id: String
    let method: Method
    /// `/api/keys/{id}/revoke`.
    let path: String
    let summary: String
    let access: Access
    var place: [Parameter] = []
    var query: [Parameter] = []
    var body = Body.none
    /// Of a 200; nil for what is not JSON that is described.
    let answer: Schema
    /// Statuses of success beside 200.
    var alsoAnswers: [Int] = []
    /// What it may refuse, besides what every call may.
    var refuses: [ProblemCode] = []
    /// The answer is one thing with a version: it has an entity tag.
    var isTagged = false
    /// Whether `idempotency-key` counts.
    var isIdempotent = false
    let serve: Serve

    init(
        _ id: String, _ method: Method, _ path: String, _ summary: String, _ access: Access, place: [Parameter] = [],
        query: [Parameter] = [], body: Body = .none, answer: Schema, alsoAnswers: [Int] = [],
        refuses: [ProblemCode] = [], isTagged: Bool = false, serve: @escaping Serve
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.summary = summary
        self.access = access
        self.place = place
        self.query = query
        self.body = body
        self.answer = answer
        self.alsoAnswers = alsoAnswers
        self.refuses = refuses
        self.isTagged = isTagged
        if case .ownKey = access {
            isIdempotent = false
        } else {
            isIdempotent = method == .post
        }
        self.serve = serve
    }

    /// Every code that it may answer.
    var problems: [ProblemCode] {
        var codes: Set<ProblemCode> = [.badRequest, .badField, .unavailable, .notAcceptable]
        switch access {
        case .anyone: break
        case .installation, .ownKey: codes.formUnion([.unauthenticated, .forbidden, .termsMissing])
        case .anybody, .right, .rightOrOwn: codes.formUnion([.unauthenticated, .forbidden, .termsMissing])
        }
        if !place.isEmpty { codes.insert(.notFound) }
        switch body {
        case .none: break
        case .json: codes.formUnion([.badBody, .badJSON, .tooLarge, .unsupportedMediaType])
        case .bytes: codes.formUnion([.badBody, .tooLarge, .unsupportedMediaType])
        }
        if method != .get { codes.insert(.notRecordable) }
        if isIdempotent { codes.formUnion([.idempotencyMismatch, .idempotencyInFlight, .idempotencyUnknown]) }
        codes.formUnion(refuses)
        return ProblemCode.allCases.filter { codes.contains($0) }
    }
}
