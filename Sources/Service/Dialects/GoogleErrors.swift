internal import Bytes
internal import JSON
package import Vocabulary

/// `{"error": {code, message, status, details[]}}`, as Google's interfaces answer (google.rpc.Status). Only what is not
/// built yet speaks it so far.
package struct GoogleErrors: ErrorShape {
    package init() {}

    package func refusal(_ refusal: Refusal, reference: String) -> ErrorAnswer {
        let refusal = refusal.disclosed
        let message = RefusalMessage.text(refusal, reference: reference)
        let status = refusal.status == 503 ? "UNAVAILABLE" : "PERMISSION_DENIED"
        return ErrorAnswer(
            status: refusal.status, headers: ErrorHeaders.refusal(status: refusal.status),
            body: body(refusal.status, message, status) { details in
                RefusalObject.write(refusal, reference: reference, to: &details)
            })
    }

    package func failure(_ failure: Failure, reference: String?) -> ErrorAnswer {
        ErrorAnswer(
            status: failure.kind.status, headers: ErrorHeaders.failure(failure), body: body(failure, reference))
    }

    package func streamError(_ end: StreamEnd, reference: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(ascii: "data: ")
        if case .refused(let refusal) = end {
            bytes += self.refusal(refusal, reference: reference).body
        } else {
            bytes += body(end.failure, reference)
        }
        bytes.append(ascii: "\n\n")
        return bytes
    }

    private func body(_ failure: Failure, _ reference: String?) -> [UInt8] {
        body(failure.kind.status, failure.message, GoogleErrors.status(failure.kind)) { details in
            if let reference { details.object { $0.member("ref", reference) } }
        }
    }

    private func body(
        _ code: Int, _ message: String, _ status: String, _ details: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { answer in
            answer.member(
                "error",
                object: { error in
                    error.member("code", code)
                    error.member("message", message)
                    error.member("status", status)
                    error.member("details", array: details)
                })
        }
        return writer.bytes
    }

    /// The names of google.rpc.Code.
    private static func status(_ kind: Failure.Kind) -> String {
        switch kind {
        case .invalidRequest, .methodNotAllowed, .tooLarge, .unsupportedMediaType: "INVALID_ARGUMENT"
        case .unauthenticated: "UNAUTHENTICATED"
        case .notFound: "NOT_FOUND"
        case .limited: "RESOURCE_EXHAUSTED"
        case .internal: "INTERNAL"
        case .notBuilt: "UNIMPLEMENTED"
        case .upstreamFailed, .unavailable, .overloaded: "UNAVAILABLE"
        case .timedOut: "DEADLINE_EXCEEDED"
        }
    }
}
