package import HTTP

/// Why an upstream gave no whole answer.
package enum ClientFault: Error, Equatable, Sendable {
    case unknownHost
    case connectFailed(errorNumber: Int32)
    case connectTimeout
    /// The origin has as many connections and waiting calls as it may, or this process has no descriptor left.
    case overloaded
    case firstByteTimeout
    case idleTimeout
    /// Closed or reset before the head of an answer.
    case closedBeforeAnswer
    /// Closed or reset inside an answer.
    case closedWithinAnswer
    case malformedAnswer(HTTPFault)
    case cancelled

    /// A stable word for records and metrics.
    package var code: String {
        switch self {
        case .unknownHost: "unknown_host"
        case .connectFailed: "connect_failed"
        case .connectTimeout: "connect_timeout"
        case .overloaded: "overloaded"
        case .firstByteTimeout: "first_byte_timeout"
        case .idleTimeout: "idle_timeout"
        case .closedBeforeAnswer: "closed_before_answer"
        case .closedWithinAnswer: "closed_within_answer"
        case .malformedAnswer: "malformed_answer"
        case .cancelled: "cancelled"
        }
    }
}
