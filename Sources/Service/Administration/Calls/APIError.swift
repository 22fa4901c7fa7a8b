internal import JSON

/// Why a call of the administration is not done: a status, a code for programs, the field at fault, and a sentence with
/// the remedy.
struct APIError: Error {
    let status: Int
    let code: String
    let field: String?
    let message: String

    init(_ status: Int, _ code: String, field: String? = nil, _ message: String) {
        self.status = status
        self.code = code
        self.field = field
        self.message = message
    }

    static func badField(_ field: String, _ expected: String) -> APIError {
        APIError(400, "bad_field", field: field, "\(field): \(expected)")
    }

    static func notFound(_ what: String) -> APIError { APIError(404, "not_found", what) }

    static func unavailable(_ problem: String) -> APIError { APIError(503, "unavailable", problem) }

    static func notRecordable(_ problem: String) -> APIError {
        APIError(503, "not_recordable", "nothing was changed, because it could not be recorded: \(problem)")
    }

    var body: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "error",
                object: { error in
                    error.member("code", code)
                    error.member("field", field)
                    error.member("message", message)
                })
        }
        return writer.bytes
    }
}
