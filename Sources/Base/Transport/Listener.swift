internal import CLinux
internal import Glibc
internal import Runtime

/// Takes clients off a listening socket, a bounded number a turn. One descriptor is held in reserve: when the process
/// has no other left, it is given up for a moment, so that a client can be told instead of left hanging.
@EventLoop
final class Listener: EventSource {
    private let socket: ListeningSocket
    private let options: ListenerOptions
    private unowned let server: HTTPServer
    private var registration: Reactor.Registration?
    private var reserve: Int32

    init(_ socket: ListeningSocket, _ options: ListenerOptions, _ server: HTTPServer) {
        self.socket = socket
        self.options = options
        self.server = server
        reserve = Listener.openReserve()
        registration = Reactor.shared.register(socket.descriptor, self, .readable)
        precondition(registration != nil, "a listening socket cannot be watched: errno \(errno)")
    }

    func ready(_ events: Readiness) {
        for _ in 0..<server.limits.acceptsPerTurn {
            var storage = sockaddr_storage()
            var length = socklen_t()
            let descriptor = portcullis_accept(socket.descriptor, &storage, &length)
            if descriptor >= 0 {
                if !socket.isUnix, DescriptorReserve.isTouched(by: descriptor) {
                    server.descriptorsLack()
                    server.turnAway(descriptor, options)
                    continue
                }
                let peer = socket.isUnix ? unixPeer(descriptor) : SocketAddress(storage)
                server.accepted(descriptor, from: peer ?? socket.address, options)
                continue
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return turnOneAway()
            default: return
            }
        }
    }

    private func turnOneAway() {
        server.descriptorsLack()
        // Another thread may have taken the last one while it was given up.
        if reserve < 0 { reserve = Listener.openReserve() }
        guard reserve >= 0 else { return }
        Glibc.close(reserve)
        var storage = sockaddr_storage()
        var length = socklen_t()
        let descriptor = portcullis_accept(socket.descriptor, &storage, &length)
        if descriptor >= 0 { server.turnAway(descriptor, options) }
        reserve = Listener.openReserve()
    }

    private static func openReserve() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

    /// The peer's user and process stand where an address would.
    private func unixPeer(_ descriptor: Int32) -> SocketAddress? {
        var uid: UInt32 = 0
        var gid: UInt32 = 0
        var pid: Int32 = 0
        guard portcullis_peer_credentials(descriptor, &uid, &gid, &pid) == 0 else { return nil }
        return SocketAddress(.process(user: uid, process: pid))
    }

    func close() {
        if let registration { Reactor.shared.cancel(registration) }
        registration = nil
        Glibc.close(socket.descriptor)
        if reserve >= 0 { Glibc.close(reserve) }
    }
}
