internal import Glibc

/// How a connection ended, as this side saw it.
package enum ConnectionEnd: Equatable, Sendable {
    /// The peer sent its FIN.
    case closedByPeer
    /// The peer's reset was read, or met while writing.
    case resetByPeer
    /// This side closed, having sent what it had.
    case closed
    /// This side sent a reset.
    case reset
    case failed(errno: Int32)

    init(errorNumber: Int32) {
        switch errorNumber {
        // EPIPE: the peer had closed its sending side before its reset came.
        case ECONNRESET, EPIPE: self = .resetByPeer
        default: self = .failed(errno: errorNumber)
        }
    }
}
