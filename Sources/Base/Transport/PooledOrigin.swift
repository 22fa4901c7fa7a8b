internal import Runtime

/// What a pool knows of one origin. Calls and connections hold it, so that it is looked up once a call and not at
/// every step.
@EventLoop
final class PooledOrigin {
    let key: ClientOrigin
    /// Kept connections, the warmest last.
    var idle: [ClientConnection] = []
    /// Connections, idle ones and those that are being opened included.
    var open = 0
    var connecting = 0
    /// Calls without a connection, oldest first.
    var waiting: [ClientCall] = []
    var addresses: [SocketAddress] = []
    var isResolving = false

    init(_ key: ClientOrigin) { self.key = key }
}
