internal import Bytes
internal import JSON
package import Vocabulary

/// `{"type": "error", "error": {type, message}, "request_id"}`, the type from Anthropic's closed list.
package struct AnthropicErrors: ErrorShape {
    package init() {}

    package func refusal(_ refusal: Refusal, reference: String) -> ErrorAnswer {
        let refusal = refusal.disclosed
        return ErrorAnswer(
            status: refusal.status,
            headers: ErrorHeaders.refusal(status: refusal.status) + [Header("request-id", reference)],
            body: body(refusal, reference))
    }

    package func failure(_ failure: Failure, reference: String?) -> ErrorAnswer {
        let identity = reference.map { [Header("request-id", $0)] } ?? []
        return ErrorAnswer(
            status: failure.kind.status, headers: ErrorHeaders.failure(failure) + identity,
            body: body(failure, reference))
    }

    package func streamError(_ end: StreamEnd, reference: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(ascii: "event: error\ndata: ")
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
            answer.member("type", "error")
            answer.member(
                "error",
                object: { error in
                    error.member("type", refusal.status == 503 ? "api_error" : "permission_error")
                    error.member("message", RefusalMessage.text(refusal, reference: reference))
                    error.key("portcullis")
                    RefusalObject.write(refusal, reference: reference, to: &error)
                })
            answer.member("request_id", reference)
        }
        return writer.bytes
    }

    private func body(_ failure: Failure, _ reference: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { answer in
            answer.member("type", "error")
            answer.member(
                "error",
                object: { error in
                    error.member("type", AnthropicErrors.type(failure.kind))
                    error.member("message", failure.message)
                    if reference != nil || failure.field != nil {
                        error.member(
                            "portcullis",
                            object: { own in
                                own.member("ref", reference)
                                own.member("field", failure.field)
                            })
                    }
                })
            answer.member("request_id", reference)
        }
        return writer.bytes
    }

    private static func type(_ kind: Failure.Kind) -> String {
        switch kind {
        case .invalidRequest, .methodNotAllowed, .unsupportedMediaType, .notBuilt: "invalid_request_error"
        case .unauthenticated: "authentication_error"
        case .notFound: "not_found_error"
        case .tooLarge: "request_too_large"
        case .limited: "rate_limit_error"
        case .internal, .upstreamFailed, .unavailable: "api_error"
        case .timedOut: "timeout_error"
        case .overloaded: "overloaded_error"
        }
    }
}
