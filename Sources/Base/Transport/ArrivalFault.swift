package import HTTP
package import Runtime
package import TLS

/// Why a client did not get as far as a request.
package enum ArrivalFault: Equatable, Sendable {
    case handshake(TLSError)
    case proxyHeader(ProxyHeader.Fault)
    /// It closed before its PROXY header was complete, or was too slow.
    case noProxyHeader

    /// A stable word for logs and metrics.
    package var code: String {
        switch self {
        case .handshake(let error): error.code
        case .proxyHeader(let fault): "proxy_" + fault.code
        case .noProxyHeader: "proxy_missing"
        }
    }

    package var message: String {
        switch self {
        case .handshake(let error): error.message
        case .proxyHeader(let fault): fault.message
        case .noProxyHeader: "the peer did not send its PROXY header in time"
        }
    }
}

/// Hears how clients come in.
@EventLoop
package protocol ArrivalObserver: AnyObject {
    func handshakeDone(version: String, isResumed: Bool)
    func arrivalFailed(_ fault: ArrivalFault, from peer: SocketAddress)
}
