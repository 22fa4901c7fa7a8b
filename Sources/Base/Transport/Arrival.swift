internal import CLinux
internal import Glibc
internal import HTTP
internal import Runtime
internal import TLS

/// A client on its way in: says who it is when it comes from a relay, shakes hands when the listener speaks TLS. Then
/// it becomes a connection.
///
///     header ──▶ firstByte ──▶ handshake ──▶ over
///        └──────────────────────────────────▲   (no TLS)
@EventLoop
final class Arrival: EventSource, TimerTarget {
    private enum Phase {
        /// Of the PROXY protocol, as far as it has come.
        case header([UInt8])
        case firstByte
        case handshake(TLSSession)
        case over
    }

    private let descriptor: Int32
    private let identity: ServerIdentity?
    private unowned let server: HTTPServer
    /// The client, as far as is known.
    private var peer: SocketAddress
    /// The relay that it came through.
    private var relay: SocketAddress?
    private var phase: Phase
    private var registration: Reactor.Registration?
    private var interest: Readiness = [.readable, .peerClosed]
    private var deadline = Deadline()

    /// Nil when the descriptor cannot be watched.
    init?(_ descriptor: Int32, peer: SocketAddress, isRelay: Bool, identity: ServerIdentity?, server: HTTPServer) {
        self.descriptor = descriptor
        self.peer = peer
        self.identity = identity
        self.server = server
        phase = isRelay ? .header([]) : .firstByte
        guard let registration = Reactor.shared.register(descriptor, self, interest) else { return nil }
        self.registration = registration
        deadline.set(after: server.limits.arrivalTime, self, token: 0)
    }

    // MARK: Events

    func ready(_ events: Readiness) {
        switch phase {
        case .header(let bytes): readHeader(bytes)
        case .firstByte: readFirstByte()
        case .handshake(let session): shakeHands(session)
        case .over: break
        }
    }

    func timerFired(token: UInt32) {
        guard deadline.hasPassed(self, token: token) else { return }
        switch phase {
        case .header: fail(.noProxyHeader)
        case .firstByte, .handshake: fail(.handshake(.timedOut))
        case .over: break
        }
    }

    // MARK: The PROXY header

    private enum Piece {
        case bytes(Int)
        case later
        case gone
    }

    /// Exactly as many bytes as the header still lacks are read: what follows belongs to the next parser.
    private func readHeader(_ bytes: [UInt8]) {
        var bytes = bytes
        phase = .over
        do throws(ProxyHeader.Fault) {
            while true {
                let length = try bytes.span.bytes.withUnsafeBytes { (all) throws(ProxyHeader.Fault) in
                    try ProxyHeader.length(of: all)
                }
                if let length, length == bytes.count {
                    let header = try bytes.span.bytes.withUnsafeBytes { (all) throws(ProxyHeader.Fault) in
                        try ProxyHeader.parse(all)
                    }
                    return headerRead(header)
                }
                switch receive((length ?? ProxyHeader.prefixLength) - bytes.count, onto: &bytes) {
                case .bytes: continue
                case .later:
                    phase = .header(bytes)
                    return
                case .gone: return fail(.noProxyHeader)
                }
            }
        } catch {
            refuse(.proxyHeader(error), isInTheClear: identity == nil)
        }
    }

    private func headerRead(_ header: ProxyHeader) {
        if let source = header.source, let host = SocketAddress.Host(bytes: source.address) {
            relay = peer
            peer = SocketAddress(host, port: source.port)
        }
        guard identity != nil else { return hand(over: ByteChannel(descriptor: descriptor)) }
        phase = .firstByte
        readFirstByte()
    }

    private func receive(_ count: Int, onto bytes: inout [UInt8], flags: Int32 = 0) -> Piece {
        var piece = [UInt8](repeating: 0, count: count)
        while true {
            let got = recv(descriptor, &piece, count, flags)
            if got > 0 {
                bytes += piece[..<got]
                return .bytes(got)
            }
            if got == 0 { return .gone }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .later
            default: return .gone
            }
        }
    }

    // MARK: TLS

    /// A record of a handshake begins with 22 (RFC 8446 section 5.1). Anything else is a client that speaks in the
    /// clear, most likely HTTP, and gets an answer that it can read.
    private func readFirstByte() {
        var first: [UInt8] = []
        switch receive(1, onto: &first, flags: Int32(MSG_PEEK)) {
        case .later: return
        case .gone: return fail(.handshake(.closed))
        case .bytes: break
        }
        guard first == [22] else { return refuse(.handshake(.notTLS), isInTheClear: true) }
        guard let identity else { return }
        let context = identity.context
        context.useTickets(at: Clocks.wall / 1_000_000_000)
        guard let session = TLSSession(accepting: context, descriptor: descriptor) else {
            return fail(.handshake(.overloaded))
        }
        phase = .handshake(session)
        shakeHands(session)
    }

    private func shakeHands(_ session: TLSSession) {
        switch session.handshake() {
        case .done:
            server.arrivals?.handshakeDone(version: session.version, isResumed: session.isResumed)
            hand(over: ByteChannel(descriptor: descriptor, session: session))
        case .wait: watch(session.unsent > 0 ? [.readable, .writable, .peerClosed] : [.readable, .peerClosed])
        case .failed(let error): fail(.handshake(error))
        }
    }

    private func watch(_ wanted: Readiness) {
        guard wanted != interest, let registration else { return }
        interest = wanted
        Reactor.shared.modify(registration, wanted)
    }

    // MARK: Ends

    private func leave() {
        phase = .over
        deadline.cancel()
        if let registration { Reactor.shared.cancel(registration) }
        registration = nil
        server.forget(self)
    }

    private func hand(over channel: ByteChannel) {
        leave()
        _ = server.connect(channel, from: peer, through: relay)
    }

    private func fail(_ fault: ArrivalFault) {
        leave()
        _ = Glibc.close(descriptor)
        server.arrivals?.arrivalFailed(fault, from: peer)
    }

    /// With an answer, where the client can read one.
    private func refuse(_ fault: ArrivalFault, isInTheClear: Bool) {
        guard isInTheClear else { return fail(fault) }
        leave()
        server.arrivals?.arrivalFailed(fault, from: peer)
        let message =
            switch fault {
            case .handshake: "this port speaks TLS; use https:// with it"
            default: fault.message
            }
        server.connect(ByteChannel(descriptor: descriptor), from: peer, through: relay)?
            .refuse(status: 400, message: message)
    }

    func close() {
        leave()
        _ = Glibc.close(descriptor)
    }
}
