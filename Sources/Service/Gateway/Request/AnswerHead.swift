internal import Dialects
internal import HTTP
internal import Ledger
internal import Registry
internal import Runtime
internal import Vocabulary

/// Heads of answers: which of the vendor's fields a client gets to see and which are recorded, and what the gate adds.
@EventLoop
enum AnswerHead {
    private nonisolated static let recordedNames: Set<String> = [
        "content-type", "content-length", "request-id", "x-request-id", "apim-request-id", "retry-after", "date",
        "server",
        "openai-processing-ms", "openai-version", "anthropic-organization-id", "x-ms-region",
    ]

    static func recorded(_ head: ResponseHead, _ endpoint: any Endpoint) -> RecordedAnswerHead {
        let returned = Set(endpoint.returnedHeaders.map(\.description))
        let kept = head.fields.all.filter { recordedNames.contains($0.name) || returned.contains($0.name) }
        return RecordedAnswerHead(status: head.status, headers: RecordedHeaders(kept.map { ($0.name, $0.value) }))
    }

    /// The fields of a client's answer.
    static func fields(for attempt: Attempt, upstream head: ResponseHead) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = [
            ("content-type", head.fields.value(of: "content-type") ?? "application/json")
        ]
        for name in attempt.visit.endpoint.returnedHeaders where name.description != "content-type" {
            if let value = head.fields.value(of: name) { fields.append((name.description, value)) }
        }
        return fields + own(reference: attempt.visit.reference, servedBy: attempt.deployment.id, attempt.services.state)
    }

    /// What the gate says of itself.
    static func own(
        reference: String?, servedBy deployment: DeploymentID?, _ state: NodeState
    ) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let reference { fields.append(("portcullis-ref", reference)) }
        if let deployment { fields.append(("portcullis-served-by", deployment.text)) }
        fields.append(("portcullis-policy", state.policyName))
        return fields
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
