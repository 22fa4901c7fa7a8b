internal import Bytes
internal import Dialects
internal import Inspection
internal import JSON

/// Requests of both dialects: what goes out is what came in but for the splices, redactions are complete, and the
/// vendor reads what was decided on.
struct RequestTarget: FuzzTarget {
    static let name = "request"
    private static let redactsAll = InspectionPolicy(
        Detector.allCases.map { .init(detector: $0, destination: .vendor, verdict: .redact) })

    func run(_ input: [UInt8]) throws {
        guard let first = input.first else { return }
        let body = Array(input.dropFirst())
        if first & 1 == 0 {
            try check(OpenAIChatCompletions(), body, injectsUsage: first & 2 == 0)
        } else {
            try check(AnthropicMessages(), body, injectsUsage: first & 2 == 0)
        }
    }

    private func check(_ endpoint: some Endpoint, _ body: [UInt8], injectsUsage: Bool) throws {
        var parser = JSONParser()
        guard let request = try? endpoint.parse(FuzzHead(), query: "", body: body, with: &parser) else { return }
        try promise(
            body.indices.contains(request.modelRange.lowerBound) && request.modelRange.upperBound <= body.count,
            "the model stands outside of the body")
        let content = endpoint.strings(request)
        var inspector = Inspector()
        let findings = inspector.inspect(body, pieces: content.pieces)
        for finding in findings { _ = content.path(of: finding) }
        var redactions: [Splice] = []
        switch RequestTarget.redactsAll.judge(findings, pieces: content.pieces, towards: .vendor) {
        case .redact(let splices): redactions = splices
        case .allow: break
        case .block: return
        }
        let outgoing = endpoint.outgoing(request, model: "vendor-m", redactions: redactions, injectsUsage: injectsUsage)
        try promise(body.applying(outgoing.splices) == outgoing.body, "splices do not make the bytes that go out")
        guard let again = try? endpoint.parse(FuzzHead(), query: "", body: outgoing.body, with: &parser) else {
            throw BrokenPromise(description: "what goes out is no request any more")
        }
        try promise(again.model == "vendor-m", "the vendor reads another model")
        try promise(
            again.isStreaming == request.isStreaming && again.turns.count == request.turns.count,
            "the vendor reads another request")
        _ = endpoint.record(request)
    }
}
