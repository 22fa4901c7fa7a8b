/// What a vendor's status line means for the exchange, before any byte of its body is believed.
package enum UpstreamStatus: Equatable, Sendable {
    case success
    /// The request itself is at fault; the vendor's own words help the caller and are passed on.
    case requestFault
    /// The vendor does not take the firm's credentials, or its bill; none of the caller's business.
    case credentials
    case limited
    case overloaded
    case timedOut
    case failed

    package init(_ status: Int) {
        switch status {
        case 200..<300: self = .success
        case 401, 402, 403, 407: self = .credentials
        case 408, 504: self = .timedOut
        case 429: self = .limited
        case 503, 529: self = .overloaded
        case 400..<500: self = .requestFault
        default: self = .failed
        }
    }

    /// Another deployment may do better: 429 and 5xx, of which the firm's credentials are one more.
    package var allowsFallback: Bool { self != .success && self != .requestFault }

    /// What the caller reads in place of the vendor's words, which may hold account numbers and parts of keys; nil
    /// where the vendor's answer is passed on.
    /// - Parameter retryAfter: the vendor's header, where it is a number of seconds.
    package func failure(retryAfter: String?) -> Failure? {
        switch self {
        case .success, .requestFault: nil
        case .credentials:
            Failure(.upstreamFailed, "the vendor did not accept the gate's own access; the platform team can repair it")
        case .limited:
            Failure(
                .limited, "the vendor limits how much the firm may send to this model now",
                retryAfterSeconds: retryAfter.flatMap { Int($0) }.flatMap { (0...86_400).contains($0) ? $0 : nil })
        case .overloaded: Failure(.overloaded, "the vendor says that this model is overloaded")
        case .timedOut: Failure(.timedOut, "the model did not answer in time")
        case .failed: Failure(.upstreamFailed, "the vendor failed to answer")
        }
    }
}
