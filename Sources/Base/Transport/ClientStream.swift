package import Runtime
internal import TLS

/// A stream of bytes to one server, in the clear or through TLS, for protocols in which only the client speaks (syslog,
/// RFC 5425). Opened when there is something to send, opened again when the server has closed it.
///
/// What the kernel has taken counts as sent: such a protocol has no answer that says more. A server that closes is
/// noticed before the next send, not after the last.
@EventLoop
package final class ClientStream: EventSource, TimerTarget {
    private let origin: ClientOrigin
    private let resolver = Resolver()
    private var opening: ClientOpening?
    private var channel: ByteChannel?
    private var registration: Reactor.Registration?
    private var deadline = Deadline()
    private var bytes: [UInt8] = []
    private var sent = 0
    private var waiting: UnsafeContinuation<Bool, Never>?

    /// LIMIT: how long one message may take, with the connection that it needs.
    private static let patience: UInt64 = .seconds(10)

    package init(to origin: ClientOrigin) { self.origin = origin }

    /// Why the last send failed, for a log; nil when it did not.
    package private(set) var fault: ClientFault?

    /// True when the kernel has taken every byte. One send at a time.
    package func send(_ bytes: [UInt8]) async -> Bool {
        precondition(waiting == nil, "a send before the one before has ended")
        self.bytes = bytes
        sent = 0
        fault = nil
        return await withUnsafeContinuation { continuation in
            waiting = continuation
            deadline.set(after: ClientStream.patience, self, token: 0)
            if channel == nil { open() } else { write() }
        }
    }

    package func close() {
        leave(isWhole: true)
        finish(false)
    }

    // MARK: Opening

    private func open() {
        switch origin.dialled {
        case .address(let address): dial([address])
        case .name(let name, let port):
            resolver.addresses(of: name) { [weak self] hosts in
                guard let self, waiting != nil, channel == nil else { return }
                guard !hosts.isEmpty else { return fail(.unknownHost) }
                dial(hosts.map { SocketAddress($0, port: port) })
            }
        }
    }

    private func dial(_ addresses: [SocketAddress]) {
        let opening = ClientOpening(origin, addresses, time: ClientStream.patience) { [weak self] _, result in
            guard let self else { return }
            self.opening = nil
            switch result {
            case .success(let channel): opened(channel)
            case .failure(let fault): fail(fault)
            }
        }
        self.opening = opening
        opening.start()
    }

    private func opened(_ channel: ByteChannel) {
        guard let registration = Reactor.shared.register(channel.descriptor, self, [.readable, .peerClosed]) else {
            channel.close(isWhole: true)
            return fail(.overloaded)
        }
        self.channel = channel
        self.registration = registration
        write()
    }

    // MARK: Events

    package func ready(_ events: Readiness) {
        if !events.isDisjoint(with: [.readable, .peerClosed, .failed]) { readAndForget() }
        if events.contains(.writable), waiting != nil { write() }
    }

    package func timerFired(token: UInt32) {
        guard deadline.hasPassed(self, token: token) else { return }
        fail(.idleTimeout)
    }

    /// The server has nothing to say; its end is what is listened for.
    private func readAndForget() {
        guard let channel else { return }
        while true {
            switch channel.read(into: ReadBuffer.shared.bytes) {
            case .bytes: continue
            case .wouldBlock: return
            case .ended, .truncated, .failed:
                leave(isWhole: false)
                if waiting != nil { fail(.closedBeforeAnswer) }
                return
            }
        }
    }

    private func write() {
        guard let channel, let registration, waiting != nil else { return }
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes { channel.write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
            switch result {
            case .bytes(let count): sent += count
            case .wouldBlock:
                return Reactor.shared.modify(registration, [.readable, .peerClosed, .writable])
            case .ended, .truncated, .failed: return fail(.closedBeforeAnswer)
            }
        }
        // A record that is sealed and waits for the kernel goes out with the next event.
        guard channel.session?.unsent ?? 0 == 0 else {
            return Reactor.shared.modify(registration, [.readable, .peerClosed, .writable])
        }
        Reactor.shared.modify(registration, [.readable, .peerClosed])
        finish(true)
    }

    // MARK: Ends

    private func leave(isWhole: Bool) {
        if let registration { Reactor.shared.cancel(registration) }
        registration = nil
        channel?.close(isWhole: isWhole)
        channel = nil
    }

    private func fail(_ fault: ClientFault) {
        self.fault = fault
        opening = nil
        leave(isWhole: false)
        finish(false)
    }

    private func finish(_ isSent: Bool) {
        deadline.cancel()
        bytes = []
        let waiting = waiting
        self.waiting = nil
        waiting?.resume(returning: isSent)
    }
}
