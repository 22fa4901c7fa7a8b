internal import Bytes
internal import Glibc
package import Runtime
internal import TLS

/// Told what becomes of a stream. After `streamEnded` nothing more is said.
@EventLoop
package protocol ByteStreamObserver: AnyObject {
    func streamOpened(_ stream: ByteStream)
    /// Valid during the call only.
    func stream(_ stream: ByteStream, received bytes: UnsafeRawBufferPointer)
    /// Everything that was given to it has gone to the kernel.
    func streamDrained(_ stream: ByteStream)
    /// - Parameter fault: nil when the other side ended in order.
    func streamEnded(_ stream: ByteStream, _ fault: ClientFault?)
}

/// A connection for protocols that are not HTTP, such as syslog over TLS (RFC 5425): opened as a pool's are, with TLS,
/// tunnel and all; bytes out in order, bytes in as they come.
@EventLoop
package final class ByteStream: EventSource {
    /// LIMIT: bytes that wait for the other side.
    package nonisolated static let mostWaiting = 1 << 20

    private static let resolver = Resolver()
    package weak var observer: (any ByteStreamObserver)?
    private var opening: ClientOpening?
    private var channel: ByteChannel?
    private var registration: Reactor.Registration?
    private var interest: Readiness = [.readable, .peerClosed]
    private var waiting = ByteQueue()
    private var isOver = false

    /// Begins to connect; the observer hears of the rest, never before this returns.
    /// - Parameter time: for name, connection, tunnel and handshake together but the name's look-up, in nanoseconds.
    package init(to origin: ClientOrigin, time: UInt64, observer: any ByteStreamObserver) {
        self.observer = observer
        switch origin.dialled {
        case .address(let address): EventLoop.post { self.open(origin, [address], time) }
        case .name(let name, let port):
            ByteStream.resolver.addresses(of: name) { [weak self] hosts in
                EventLoop.post { self?.open(origin, hosts.map { SocketAddress($0, port: port) }, time) }
            }
        }
    }

    /// False when too much waits already, or the stream is over: nothing was taken.
    package func send(_ bytes: [UInt8]) -> Bool {
        guard !isOver, waiting.count + bytes.count <= ByteStream.mostWaiting else { return false }
        waiting.append(bytes)
        if channel != nil, !interest.contains(.writable) { flush() }
        return true
    }

    package var waitingBytes: Int { waiting.count }

    /// Ends in order; what still waits is dropped. The observer hears nothing more.
    package func close() { finish(nil, tell: false) }

    private func open(_ origin: ClientOrigin, _ addresses: [SocketAddress], _ time: UInt64) {
        guard !isOver else { return }
        guard !addresses.isEmpty else { return finish(origin.proxy == nil ? .unknownHost : .proxyUnreachable) }
        let opening = ClientOpening(origin, addresses, time: time) { [weak self] _, result in
            guard let self, !isOver else {
                if case .success(let channel) = result { channel.close(isWhole: true) }
                return
            }
            self.opening = nil
            switch result {
            case .failure(let fault): finish(fault)
            case .success(let channel): opened(channel)
            }
        }
        self.opening = opening
        opening.start()
    }

    private func opened(_ channel: ByteChannel) {
        guard let registration = Reactor.shared.register(channel.descriptor, self, interest) else {
            let number = errno
            channel.close(isWhole: true)
            return finish(.connectFailed(errorNumber: number))
        }
        self.channel = channel
        self.registration = registration
        observer?.streamOpened(self)
        flush()
    }

    package func ready(_ events: Readiness) {
        if events.contains(.writable) { flush() }
        if !events.isDisjoint(with: [.readable, .peerClosed, .failed]) { read() }
    }

    private func read() {
        repeat {
            guard let channel else { return }
            let buffer = ReadBuffer.shared.bytes
            switch channel.read(into: buffer) {
            case .bytes(let count):
                observer?.stream(
                    self, received: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
            case .wouldBlock: return
            case .ended: return finish(nil)
            case .truncated, .failed: return finish(.closedWithinAnswer)
            }
        } while channel?.mustReadAgain == true
    }

    private func flush() {
        guard let channel else { return }
        while !waiting.isEmpty {
            switch waiting.withUnsafeBytes({ channel.write($0) }) {
            case .bytes(let count): waiting.consume(count)
            case .wouldBlock, .ended, .truncated: return watch([.readable, .writable, .peerClosed])
            case .failed: return finish(.closedWithinAnswer)
            }
        }
        watch([.readable, .peerClosed])
        waiting.releaseStorage()
        observer?.streamDrained(self)
    }

    private func watch(_ wanted: Readiness) {
        guard wanted != interest, let registration else { return }
        interest = wanted
        Reactor.shared.modify(registration, wanted)
    }

    private func finish(_ fault: ClientFault?, tell: Bool = true) {
        guard !isOver else { return }
        isOver = true
        if let registration { Reactor.shared.cancel(registration) }
        registration = nil
        channel?.close(isWhole: fault == nil)
        channel = nil
        opening?.cancel()
        opening = nil
        waiting.removeAll()
        if tell { observer?.streamEnded(self, fault) }
    }
}
