internal import CLinux
internal import Glibc
internal import HTTP
internal import Runtime
internal import TLS

/// A connection on its way to an origin: a socket, a tunnel through a proxy where there is one, a handshake where the
/// origin speaks TLS. One time-out covers the whole way.
///
///     dial ──▶ handshake with the proxy ──▶ CONNECT ──▶ answer ──▶ handshake with the origin ──▶ open
///
/// The proxy gets its own login and the origin's name and port; everything else goes through the tunnel.
@EventLoop
final class ClientOpening: EventSource, TimerTarget {
    private enum Phase {
        case dialling(Dialler)
        case proxyHandshake(TLSSession)
        case sendingConnect(sent: Int)
        case readingAnswer([UInt8])
        case handshake(TLSSession)
        case over
    }

    let origin: ClientOrigin
    private var phase = Phase.over
    private var descriptor: Int32 = -1
    private var registration: Reactor.Registration?
    private var interest: Readiness = []
    private var deadline = Deadline()
    private var tunnel: ByteChannel
    private var connectHead: [UInt8] = []
    private var completion: ((ClientOpening, Result<ByteChannel, ClientFault>) -> Void)?

    /// LIMIT: bytes of a proxy's answer to CONNECT.
    private static let longestAnswer = 16 * 1024

    /// - Parameter addresses: of `origin.dialled`.
    /// - Parameter completion: never called before `start` returns.
    init(
        _ origin: ClientOrigin, _ addresses: [SocketAddress], time: UInt64,
        completion: @escaping (ClientOpening, Result<ByteChannel, ClientFault>) -> Void
    ) {
        self.origin = origin
        self.completion = completion
        tunnel = ByteChannel(descriptor: -1)
        phase = .dialling(Dialler(addresses) { [weak self] result in self?.dialled(result) })
        deadline.set(after: time, self, token: 0)
    }

    func start() { if case .dialling(let dialler) = phase { dialler.start() } }

    // MARK: Events

    func ready(_ events: Readiness) {
        switch phase {
        case .dialling, .over: break
        case .proxyHandshake(let session), .handshake(let session): shakeHands(session)
        case .sendingConnect(let sent): sendConnect(from: sent)
        case .readingAnswer(let bytes): readAnswer(bytes)
        }
    }

    func timerFired(token: UInt32) {
        guard deadline.hasPassed(self, token: token) else { return }
        fail(.connectTimeout)
    }

    private func dialled(_ result: Result<Int32, ClientFault>) {
        switch result {
        case .failure(.overloaded): return fail(.overloaded)
        case .failure(let fault): return fail(origin.proxy == nil ? fault : .proxyUnreachable)
        case .success(let connected): descriptor = connected
        }
        tunnel = ByteChannel(descriptor: descriptor)
        if origin.proxy == nil, origin.tls == nil { return finish(tunnel) }
        interest = .writable
        guard let registration = Reactor.shared.register(descriptor, self, interest) else {
            return fail(.connectFailed(errorNumber: errno))
        }
        self.registration = registration
        guard let proxy = origin.proxy else { return beginHandshake() }
        guard let name = proxy.tls else { return beginConnect() }
        begin(name, port: proxy.place.port, within: nil) { .proxyHandshake($0) }
    }

    // MARK: TLS

    private func beginHandshake() {
        guard let name = origin.tls else { return finish(tunnel) }
        begin(name, port: origin.place.port, within: tunnel.session) { .handshake($0) }
    }

    private func begin(_ server: ServerName, port: UInt16, within: TLSSession?, _ next: (TLSSession) -> Phase) {
        let isAddress = SocketAddress.literal(server.name) != nil
        guard
            let session = TLSSession(
                connecting: server.identity.context, descriptor: descriptor, name: server.name, isAddress: isAddress,
                port: port, within: within)
        else { return fail(.tls(.protocolFault(reason: "the server's name cannot be verified"))) }
        phase = next(session)
        shakeHands(session)
    }

    private func shakeHands(_ session: TLSSession) {
        switch session.handshake() {
        case .wait: watch(session.unsent > 0 ? [.readable, .writable] : .readable)
        case .failed(let error):
            if case .proxyHandshake = phase { fail(.proxyTLS(error)) } else { fail(.tls(error)) }
        case .done:
            let channel = ByteChannel(descriptor: descriptor, session: session)
            guard case .proxyHandshake = phase else { return finish(channel) }
            tunnel = channel
            beginConnect()
        }
    }

    // MARK: The tunnel

    private func beginConnect() {
        let authority = origin.place.authority
        var head = HeadWriter()
        head.request(method: "CONNECT", target: authority)
        head.field("host", authority)
        if let authorization = origin.proxy?.authorization { head.field("proxy-authorization", authorization) }
        head.end()
        connectHead = head.bytes
        sendConnect(from: 0)
    }

    private func sendConnect(from start: Int) {
        var sent = start
        while sent < connectHead.count {
            let result = connectHead.withUnsafeBytes { tunnel.write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
            switch result {
            case .bytes(let count): sent += count
            case .wouldBlock, .ended, .truncated:
                phase = .sendingConnect(sent: sent)
                return watch(.writable)
            case .failed: return fail(.proxyUnreachable)
            }
        }
        connectHead = []
        phase = .readingAnswer([])
        watch(.readable)
    }

    private func readAnswer(_ bytes: [UInt8]) {
        var bytes = bytes
        let buffer = ReadBuffer.shared.bytes
        switch tunnel.read(into: buffer) {
        case .bytes(let count): bytes += buffer[..<count]
        case .wouldBlock: return
        case .ended, .truncated, .failed: return fail(.proxyUnreachable)
        }
        do throws(HTTPFault) {
            var scanner = HeadScanner(.answer)
            let scanned = try bytes.span.bytes.withUnsafeBytes { (all) throws(HTTPFault) in try scanner.scan(all) }
            guard let length = scanned else {
                guard bytes.count <= ClientOpening.longestAnswer else { return fail(.proxyMalformed) }
                phase = .readingAnswer(bytes)
                return
            }
            let head = try bytes.span.bytes.withUnsafeBytes { (all) throws(HTTPFault) in
                try ResponseHead.parse(UnsafeRawBufferPointer(rebasing: all[..<length]))
            }
            guard (200..<300).contains(head.status) else { return fail(.proxyRefused(status: head.status)) }
            // An origin that speaks TLS waits for its client: bytes that are here already are not the origin's.
            guard bytes.count == length else { return fail(.proxyMalformed) }
            beginHandshake()
        } catch { fail(.proxyMalformed) }
    }

    // MARK: Ends

    private func watch(_ wanted: Readiness) {
        guard wanted != interest, let registration else { return }
        interest = wanted
        Reactor.shared.modify(registration, wanted)
    }

    private func leave() {
        if case .dialling(let dialler) = phase { dialler.cancel() }
        phase = .over
        deadline.cancel()
        if let registration { Reactor.shared.cancel(registration) }
        registration = nil
    }

    private func finish(_ channel: ByteChannel) {
        leave()
        descriptor = -1
        let completion = completion
        self.completion = nil
        completion?(self, .success(channel))
    }

    /// Gives up without a word.
    func cancel() {
        completion = nil
        leave()
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    private func fail(_ fault: ClientFault) {
        leave()
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        descriptor = -1
        let completion = completion
        self.completion = nil
        completion?(self, .failure(fault))
    }
}

extension ClientOrigin.Place {
    var port: UInt16 {
        switch self {
        case .name(_, let port): port
        case .address(let address): address.port
        }
    }

    /// As CONNECT and Host have it.
    var authority: String {
        switch self {
        case .name(let name, let port): "\(name):\(port)"
        case .address(let address): address.description
        }
    }
}
