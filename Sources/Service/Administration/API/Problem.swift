internal import JSON

/// Why a call of the administration is not done (RFC 9457): a code for programs, the field at fault, and a sentence
/// with the remedy. Carries names of fields, never content.
struct Problem: Error, Equatable, Sendable {
    static let mediaType = "application/problem+json"

    let code: ProblemCode
    /// `people[3].site` of a body, or the name of a parameter or header.
    let field: String?
    /// The same place of a body as a JSON pointer (RFC 6901).
    let pointer: String?
    let detail: String
    /// What the answer carries besides, such as `allow`.
    var headers: [(name: String, value: String)] = []

    init(_ code: ProblemCode, field: String? = nil, pointer: String? = nil, _ detail: String) {
        self.code = code
        self.field = field
        self.pointer = pointer
        self.detail = detail
    }

    static func badField(_ field: String, pointer: String? = nil, _ expected: String) -> Problem {
        Problem(.badField, field: field, pointer: pointer, "\(field): \(expected)")
    }

    /// A field of the right shape that the present state does not fit.
    static func wrongState(_ field: String, _ problem: String) -> Problem {
        Problem(.wrongState, field: field, "\(field): \(problem)")
    }

    /// A field that names something which does not exist.
    static func unknown(_ field: String, _ problem: String) -> Problem {
        Problem(.unknownReference, field: field, "\(field): \(problem)")
    }

    static func notFound(_ what: String) -> Problem { Problem(.notFound, what) }

    static func unavailable(_ problem: String) -> Problem { Problem(.unavailable, problem) }

    static func notRecordable(_ problem: String) -> Problem {
        Problem(.notRecordable, "nothing was changed, because it could not be recorded: \(problem)")
    }

    static func == (left: Problem, right: Problem) -> Bool {
        left.code == right.code && left.field == right.field && left.pointer == right.pointer
            && left.detail == right.detail
    }

    /// - Parameter instance: the path of the call.
    func body(instance: String?) -> [UInt8] {
        Problem.body(
            status: code.status, code: code.rawValue, title: code.title, detail: detail, instance: instance,
            field: field, pointer: pointer)
    }

    /// What the HTTP engine refuses before there is a call.
    static func body(status: Int, detail: String) -> [UInt8] {
        let code: ProblemCode = status == 413 ? .tooLarge : status == 503 ? .unavailable : .badRequest
        return body(
            status: status, code: code.rawValue, title: code.title, detail: detail, instance: nil, field: nil,
            pointer: nil)
    }

    private static func body(
        status: Int, code: String, title: String, detail: String, instance: String?, field: String?, pointer: String?
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { problem in
            problem.member("type", "urn:portcullis:problem:" + code)
            problem.member("title", title)
            problem.member("status", status)
            problem.member("detail", detail)
            if let instance { problem.member("instance", instance) }
            problem.member("code", code)
            problem.member("field", field)
            if let pointer { problem.member("pointer", pointer) }
        }
        return writer.bytes
    }
}
