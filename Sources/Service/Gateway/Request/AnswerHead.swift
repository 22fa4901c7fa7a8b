internal import Dialects
internal import HTTP
internal import Ledger
internal import Registry
internal import Runtime
internal import Vocabulary

/// Heads of answers: which of the vendor's fields a client gets to see and which are recorded, and what the gate adds.
@EventLoop
enum AnswerHead {
    private nonisolated static let recordedNames = FieldNames([
        "content-type", "content-length", "request-id", "x-request-id", "apim-request-id", "retry-after", "date",
        "server", "anthropic-organization-id", "x-ms-region",
    ]).union(Route.returnedHeaders)

    static func recorded(_ head: ResponseHead) -> RecordedAnswerHead {
        RecordedAnswerHead(status: head.status, headers: RecordedHeaders(head.fields.selected(recordedNames)))
    }

    /// The fields of a client's answer.
    static func fields(for attempt: Attempt, upstream head: ResponseHead) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [
            ("content-type", head.fields.value(of: "content-type") ?? "application/json")
        ]
        fields += head.fields.selected(attempt.visit.endpoint.returnedHeaders)
        return fields + own(reference: attempt.visit.reference, servedBy: attempt.deployment.id, attempt.services.state)
    }

    /// What the gate says of itself.
    static func own(
        reference: String?, servedBy deployment: DeploymentID?, _ state: NodeState
    ) -> [(name: String, value: String)] {
        switch (reference, deployment) {
        case (let reference?, let deployment?):
            [
                ("portcullis-ref", reference), ("portcullis-served-by", deployment.text),
                ("portcullis-policy", state.policyName),
            ]
        case (let reference?, nil): [("portcullis-ref", reference), ("portcullis-policy", state.policyName)]
        case (nil, _): [("portcullis-policy", state.policyName)]
        }
    }

    static func requestID(_ head: ResponseHead) -> String? {
        head.fields.value(of: "request-id") ?? head.fields.value(of: "x-request-id")
            ?? head.fields.value(of: "apim-request-id")
    }
}

extension TokenUsage {
    var recorded: OutcomeRecord.Usage {
        var usage: OutcomeRecord.Usage = [:]
        func put(_ name: String, _ value: Int?) { if let value, value >= 0 { usage[name] = UInt64(value) } }
        put("input", input)
        put("output", output)
        put("cache_read", cacheRead)
        put("cache_write", cacheWrite)
        put("cache_write_hour", cacheWriteHour)
        put("reasoning", reasoning)
        return usage
    }
}
