package import Bytes
internal import JSON

/// What goes upstream in place of the received request: the same bytes but for the splices.
package struct OutgoingRequest: Equatable, Sendable {
    /// Path and query at the vendor's root. With `headers` and `body` all that leaves of the client's request.
    package let target: String
    /// Without credentials, framing and host, which are the gate's own.
    package let headers: [Header]
    package let body: [UInt8]
    /// All differences to the received body, sorted; applied to it they give `body` exactly.
    package let splices: [Splice]
    /// Usage was asked for in the client's place and is to be taken out of the answer again.
    package let hidesUsage: Bool

    init(_ request: ParsedRequest, path: String, model: String, redactions: [Splice], injectsUsage: Bool) {
        // A redaction inside the model's name gives way: the name that goes out is not the caller's text.
        var splices = redactions.filter {
            $0.end <= request.modelRange.lowerBound || $0.offset >= request.modelRange.upperBound
        }
        if model != request.model {
            var name = JSONWriter()
            name.string(model)
            let range = request.modelRange
            splices.append(Splice(offset: range.lowerBound, removedCount: range.count, inserted: name.bytes))
        }
        var hidesUsage = false
        if injectsUsage, case .notAsked(let offset, let removedCount, let inserted) = request.usageInStream {
            splices.append(Splice(offset: offset, removedCount: removedCount, inserted: Array(inserted.utf8)))
            hidesUsage = true
        }
        splices.sort { $0.offset < $1.offset }
        self.splices = splices
        self.hidesUsage = hidesUsage
        body = splices.isEmpty ? request.document.bytes : request.document.bytes.applying(splices)
        target = request.forwardedQuery.isEmpty ? path : path + "?" + request.forwardedQuery
        headers =
            [
                Header("content-type", "application/json"),
                Header("accept", request.isStreaming ? "text/event-stream" : "application/json"),
            ] + request.forwardedHeaders
    }
}
