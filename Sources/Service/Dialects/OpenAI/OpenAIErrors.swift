internal import Bytes
internal import JSON
package import Vocabulary

/// `{"error": {message, type, code, param}}`, as OpenAI and what copies it answer.
package struct OpenAIErrors: ErrorShape {
    package init() {}

    package func refusal(_ refusal: Refusal, reference: String) -> ErrorAnswer {
        let refusal = refusal.disclosed
        return ErrorAnswer(
            status: refusal.status,
            headers: ErrorHeaders.refusal(status: refusal.status) + [Header("x-request-id", reference)],
            body: body(refusal, reference))
    }

    package func failure(_ failure: Failure, reference: String?) -> ErrorAnswer {
        let identity = reference.map { [Header("x-request-id", $0)] } ?? []
        return ErrorAnswer(
            status: failure.kind.status, headers: ErrorHeaders.failure(failure) + identity,
            body: body(failure, reference))
    }

    package func streamError(_ end: StreamEnd, reference: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(ascii: "data: ")
        if case .refused(let refusal) = end {
            bytes += body(refusal.disclosed, reference)
        } else {
            bytes += body(end.failure, reference)
        }
        bytes.append(ascii: "\n\n")
        return bytes
    }

    private func body(_ refusal: Refusal, _ reference: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { answer in
            answer.member(
                "error",
                object: { error in
                    error.member("message", RefusalMessage.text(refusal, reference: reference))
                    error.member("type", refusal.status == 503 ? "server_error" : "request_forbidden")
                    error.member("code", refusal.code.rawValue)
                    error.member("param", refusal.field)
                    error.key("portcullis")
                    RefusalObject.write(refusal, reference: reference, to: &error)
                })
        }
        return writer.bytes
    }

    private func body(_ failure: Failure, _ reference: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { answer in
            answer.member(
                "error",
                object: { error in
                    error.member("message", failure.message)
                    error.member("type", OpenAIErrors.type(failure.kind))
                    error.member("code", OpenAIErrors.code(failure.kind))
                    error.member("param", failure.field)
                    if let reference { error.member("portcullis", object: { $0.member("ref", reference) }) }
                })
        }
        return writer.bytes
    }

    private static func type(_ kind: Failure.Kind) -> String {
        switch kind {
        case .invalidRequest, .unauthenticated, .notFound, .methodNotAllowed, .tooLarge, .unsupportedMediaType,
            .notBuilt:
            "invalid_request_error"
        case .limited: "requests"
        case .internal, .upstreamFailed, .unavailable, .timedOut, .overloaded: "server_error"
        }
    }

    private static func code(_ kind: Failure.Kind) -> String {
        switch kind {
        case .invalidRequest: "invalid_request"
        case .unauthenticated: "invalid_api_key"
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .tooLarge: "request_too_large"
        case .unsupportedMediaType: "unsupported_media_type"
        case .limited: "rate_limit_exceeded"
        case .internal: "internal_error"
        case .notBuilt: "not_implemented"
        case .upstreamFailed: "upstream_error"
        case .unavailable: "unavailable"
        case .timedOut: "timeout"
        case .overloaded: "overloaded"
        }
    }
}
