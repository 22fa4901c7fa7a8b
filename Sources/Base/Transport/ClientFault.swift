package import HTTP
package import TLS

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
    /// The handshake with the origin failed.
    case tls(TLSError)
    /// Nothing listens where the proxy should, or it closed before it answered.
    case proxyUnreachable
    case proxyTLS(TLSError)
    /// The proxy's answer to CONNECT was not 2xx: 407 wants a login, 403 does not allow the origin.
    case proxyRefused(status: Int)
    case proxyMalformed

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
        case .tls(let error): "tls_" + error.code
        case .proxyUnreachable: "proxy_unreachable"
        case .proxyTLS(let error): "proxy_tls_" + error.code
        case .proxyRefused(let status): "proxy_refused_\(status)"
        case .proxyMalformed: "proxy_malformed"
        }
    }

    /// What an operator should look at, where the code alone does not say it.
    package var remedy: String? {
        switch self {
        case .tls(let error): error.message
        case .proxyTLS(let error): "the egress proxy: " + error.message
        case .proxyUnreachable: "the egress proxy does not answer; look at `egress_proxy` in the settings"
        case .proxyRefused(status: 407):
            "the egress proxy wants a login or does not accept ours; look at `egress_proxy_login` in the settings"
        case .proxyRefused(status: 403): "the egress proxy does not allow this address; have it allowed there"
        case .proxyRefused(let status): "the egress proxy answered CONNECT with \(status)"
        case .proxyMalformed: "the egress proxy's answer to CONNECT is not HTTP"
        default: nil
        }
    }
}
