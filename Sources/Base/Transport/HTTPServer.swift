internal import Bytes
internal import Glibc
internal import HTTP
package import Runtime
internal import TLS

/// Accepts clients on any number of listeners and keeps their connections.
@EventLoop
package final class HTTPServer {
    package nonisolated let limits: ServerLimits
    /// Those that the handler is asked for, others being refused with 501; nil for all.
    nonisolated let methods: [String]?
    package unowned let handler: any RequestHandler
    package private(set) var isDraining = false
    /// Set before the first client comes.
    package var tap: (any ConnectionTap)?
    package weak var arrivals: (any ArrivalObserver)?
    /// Told, once a second at most, that clients are turned away because the process has no descriptor left.
    package var whenDescriptorsLack: (() -> Void)?
    private var nextNotice: UInt64 = 0

    private var listeners: [Listener] = []
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private var arriving: [ObjectIdentifier: Arrival] = [:]
    private var connectionsCounted: UInt64 = 0
    /// Of request bodies that are being read or whose exchange has not ended.
    private(set) var bodyBytes = 0
    private var frameBuffer: [UInt8] = []
    /// Called when the last connection of a drain has gone.
    private var drained: (() -> Void)?
    /// The body of an answer that the engine gives itself: media type and bytes from a sentence.
    private let errorBody: @EventLoop (_ status: Int, _ message: String) -> (type: String, bytes: [UInt8])

    package init(
        limits: ServerLimits, handler: any RequestHandler, methods: [String]? = RequestHead.methods,
        errorBody: @escaping @EventLoop (_ status: Int, _ message: String) -> (type: String, bytes: [UInt8])
    ) {
        self.limits = limits
        self.methods = methods
        self.handler = handler
        self.errorBody = errorBody
    }

    package var connectionCount: Int { connections.count }

    /// Takes a bound and listening socket over.
    package func listen(on socket: ListeningSocket, as options: ListenerOptions = ListenerOptions()) {
        listeners.append(Listener(socket, options, self))
    }

    /// Accepts no more, closes idle connections now and each busy one after its answer.
    package func drain(_ completion: @escaping () -> Void) {
        isDraining = true
        drained = completion
        for listener in listeners { listener.close() }
        listeners = []
        for arrival in arriving.values { arrival.close() }
        for connection in connections.values where connection.isIdle { connection.close() }
        if connections.isEmpty { finishDrain() }
    }

    /// Resets what a drain did not end in time.
    package func closeAll() {
        for connection in connections.values { connection.drop() }
    }

    // MARK: For connections

    func nextConnectionNumber() -> UInt64 {
        connectionsCounted += 1
        return connectionsCounted
    }

    func accepted(_ descriptor: Int32, from peer: SocketAddress, _ options: ListenerOptions) {
        if connections.count + arriving.count >= limits.connections { return turnAway(descriptor, options) }
        let channel = ByteChannel(descriptor: descriptor)
        channel.disableNagle()
        let isRelay = options.relays.contains { $0.contains(peer) }
        guard isRelay || options.identity != nil else {
            connect(channel, from: peer, through: nil)
            return
        }
        guard arriving.count < limits.arrivals,
            let arrival = Arrival(
                descriptor, peer: peer, isRelay: isRelay, identity: options.identity, server: self)
        else {
            arrivals?.arrivalFailed(.handshake(.overloaded), from: peer)
            return turnAway(descriptor, options)
        }
        arriving[ObjectIdentifier(arrival)] = arrival
    }

    func forget(_ arrival: Arrival) { arriving[ObjectIdentifier(arrival)] = nil }

    /// A client whose first byte of HTTP may come. Nil when there was no room for it.
    @discardableResult
    func connect(
        _ channel: ByteChannel, from peer: SocketAddress, through relay: SocketAddress?
    ) -> ServerConnection? {
        guard let connection = ServerConnection(channel, peer: peer, relay: relay, server: self) else {
            channel.close(isWhole: false)
            return nil
        }
        connections[ObjectIdentifier(connection)] = connection
        return connection
    }

    /// Tells a client that there is no room, as far as one write goes, and closes. One that speaks TLS, or behind a
    /// relay, could not read it.
    func turnAway(_ descriptor: Int32, _ options: ListenerOptions) {
        let channel = ByteChannel(descriptor: descriptor)
        guard options.identity == nil else { return channel.close(isWhole: false) }
        let answer = refusal(status: 503, message: "this gateway is at its limit of connections; try again")
        answer.head.withUnsafeBytes { head in
            answer.body.withUnsafeBytes { body in _ = channel.write(head, body) }
        }
        channel.endWriting(isWhole: true)
        channel.close(isWhole: true)
    }

    func descriptorsLack() {
        guard Reactor.shared.now >= nextNotice else { return }
        nextNotice = Reactor.shared.now &+ .seconds(1)
        whenDescriptorsLack?()
    }

    func forget(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if isDraining, connections.isEmpty { finishDrain() }
    }

    private func finishDrain() {
        let completion = drained
        drained = nil
        completion?()
    }

    /// False when the bodies of all connections together would exceed their limit.
    @discardableResult
    func account(bodyBytes change: Int) -> Bool {
        bodyBytes += change
        return change <= 0 || bodyBytes <= limits.bodyBytesTogether
    }

    /// A chunk in its framing; valid until the next call.
    func frame(_ chunk: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        frameBuffer.removeAll(keepingCapacity: true)
        frameBuffer.append(hexadecimal: UInt64(chunk.count))
        frameBuffer.append(ascii: "\r\n")
        frameBuffer.append(contentsOf: chunk)
        frameBuffer.append(ascii: "\r\n")
        // SAFETY: the array is not touched again before the caller has written or copied the bytes, on this one thread.
        return frameBuffer.withUnsafeBytes { $0 }
    }

    func refusal(status: Int, message: String) -> (head: [UInt8], body: [UInt8]) {
        let body = errorBody(status, message)
        var head = HeadWriter()
        head.status(status)
        head.field("content-type", body.type)
        head.field("content-length", body.bytes.count)
        head.field("connection", "close")
        head.end()
        return (head.bytes, body.bytes)
    }
}
