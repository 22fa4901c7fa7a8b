package import Vocabulary

/// How one protocol says no. Paths without an endpoint use it as well: what is not built yet still answers in its own
/// protocol's shape.
package protocol ErrorShape: Sendable {
    func refusal(_ refusal: Refusal, reference: String) -> ErrorAnswer
    /// - Parameter reference: nil before there is a record.
    func failure(_ failure: Failure, reference: String?) -> ErrorAnswer
    /// The event that ends an open stream, to be followed by an abort: the official clients raise an error from it.
    func streamError(_ end: StreamEnd, reference: String) -> [UInt8]
}

enum ErrorHeaders {
    /// What will not change is not tried again: both vendors' clients believe this header above the status.
    static func refusal(status: Int) -> [Header] { status == 503 ? [] : [Header("x-should-retry", "false")] }

    static func failure(_ failure: Failure) -> [Header] {
        var headers = failure.kind.isWorthAnotherTry ? [] : refusal(status: 0)
        if let seconds = failure.retryAfterSeconds { headers.append(Header("retry-after", String(seconds))) }
        if let allow = failure.allow { headers.append(Header("allow", allow)) }
        return headers
    }
}
