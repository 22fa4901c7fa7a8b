package import HTTP
package import Runtime

/// Told what happens to a running answer.
@EventLoop
package protocol ServerExchangeObserver: AnyObject {
    /// The client has left or was timed out. Nothing can be sent any more.
    func exchangeLost(_ exchange: ServerExchange)
    /// What waited has gone below the low-water mark again.
    func exchangeDrained(_ exchange: ServerExchange)
}

/// Whoever answers requests. Called as soon as the head is read; it may answer at once, or ask for the body.
@EventLoop
package protocol RequestHandler: AnyObject {
    func begin(_ exchange: ServerExchange)
}

/// One request and its answer, on one connection.
@EventLoop
package final class ServerExchange {
    package enum BodyFailure: Error, Sendable {
        /// The body is malformed or too large: the engine has answered and closes.
        case refused(HTTPFault)
        /// The client left or was too slow.
        case lost
    }

    package nonisolated let head: RequestHead
    /// The client; as the relay said, where it came through one.
    package nonisolated let peer: SocketAddress
    /// The relay (a load balancer that speaks the PROXY protocol) through which the client came; nil for none.
    package nonisolated let relay: SocketAddress?
    /// As a `ConnectionTap` hears it.
    package nonisolated let connectionNumber: UInt64
    /// Kept until the exchange is over.
    package var observer: (any ServerExchangeObserver)?

    /// Nil once the exchange is over or the client has gone.
    ///
    /// INVARIANT: every way out of an exchange goes through `leave` or `lost`, which take both references back: this
    /// one and the observer's make a circle. A weak one would cost a side table and slow counting for each connection.
    private var connection: ServerConnection?
    private var bodyWaiter: ((Result<[UInt8], BodyFailure>) -> Void)?
    private var keepAlive: Int?

    init(head: RequestHead, peer: SocketAddress, connection: ServerConnection) {
        self.head = head
        self.peer = peer
        relay = connection.relay
        connectionNumber = connection.number
        self.connection = connection
    }

    package var isLost: Bool { connection == nil }
    /// More output waits than the high-water mark allows: stop reading where it comes from.
    package var isCongested: Bool { connection?.isCongested ?? false }

    // MARK: Request body

    /// The whole body. Calls `completion` once, possibly before it returns.
    package func readBody(_ completion: @escaping (Result<[UInt8], BodyFailure>) -> Void) {
        guard let connection else { return completion(.failure(.lost)) }
        bodyWaiter = completion
        connection.bodyWanted()
    }

    package func body() async throws(BodyFailure) -> [UInt8] {
        let result = await withUnsafeContinuation {
            (continuation: UnsafeContinuation<Result<[UInt8], BodyFailure>, Never>) in
            readBody { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    func bodyEnded(_ result: Result<[UInt8], BodyFailure>) {
        let waiter = bodyWaiter
        bodyWaiter = nil
        waiter?(result)
    }

    // MARK: Answer

    /// A whole answer with its length. Fields must not hold content-length, transfer-encoding, connection or date.
    ///
    /// What the method or the status forbids is left out here, so that no handler can send a body where the client
    /// reads the next answer: HEAD gets the head as GET would, 204 and 304 (RFC 9110 section 6.4.1) no length either.
    package func respond(status: Int, fields: [(name: String, value: String)], body: [UInt8]) {
        respond(status: status, head: ServerExchange.head(status, fields), body: body)
    }

    /// - Parameter head: status line and fields, without the blank line.
    package func respond(status: Int, head: HeadWriter, body: [UInt8]) {
        guard let connection else { return }
        var head = head
        if connection.willClose { head.field("connection", "close") }
        let mayHaveBody = status >= 200 && status != 204 && status != 304
        if mayHaveBody { head.field("content-length", body.count) }
        head.end()
        connection.send(whole: head.bytes, mayHaveBody && connection.answerHasBody ? body : [])
        connection.answerEnded()
        leave()
    }

    /// The head of an answer in chunks, of which none is sent to HEAD. The status must be one that may have a body.
    package func startStream(status: Int, fields: [(name: String, value: String)]) {
        startStream(head: ServerExchange.head(status, fields))
    }

    /// - Parameter head: status line and fields, without the blank line.
    package func startStream(head: HeadWriter) {
        guard let connection else { return }
        var head = head
        if connection.willClose { head.field("connection", "close") }
        head.field("transfer-encoding", "chunked")
        head.end()
        connection.send(whole: head.bytes, [])
    }

    /// One chunk. Empty ones are not sent, for they would end the body.
    package func send(chunk: UnsafeRawBufferPointer) {
        guard !chunk.isEmpty, let connection, connection.answerHasBody else { return }
        connection.send(chunk: chunk)
    }

    /// The last chunk; the answer is complete.
    package func endStream() {
        guard let connection else { return }
        if connection.answerHasBody { connection.sendLastChunk() }
        connection.answerEnded()
        leave()
    }

    /// Ends a stream that must stop: `notice` is sent as the last chunk, the body ends without its end mark and the
    /// connection closes; with a reset if the client has not read within the linger time. See `discardWaiting`.
    package func abortStream(notice: [UInt8]) {
        leave()?.abort(notice: notice)
    }

    /// Drops the whole chunks that still wait for the client, at once; returns how many body bytes they hold. The
    /// stream is then ended by `abortStream`.
    package func discardWaiting() -> Int { connection?.discardWaitingChunks() ?? 0 }

    /// Ends a stream that broke off: what was sent stays, the body ends without its end mark and the connection closes.
    package func breakOff() { leave()?.endAsIs() }

    /// Bytes as they are: status line, fields, framing and body are the caller's. For programs that must be able to
    /// misbehave; to be ended by `endAsIs` or `drop`.
    package func send(wire bytes: [UInt8]) { connection?.send(whole: bytes, []) }

    /// Closes after the last byte, without an end mark.
    package func endAsIs() { leave()?.endAsIs() }

    /// Resets the connection without a word.
    package func drop() { leave()?.drop() }

    func lost() {
        let observer = observer
        leave()
        bodyEnded(.failure(.lost))
        observer?.exchangeLost(self)
    }

    /// The exchange is over; what it was on.
    @discardableResult
    private func leave() -> ServerConnection? {
        let connection = connection
        self.connection = nil
        observer = nil
        return connection
    }

    func drained() { observer?.exchangeDrained(self) }

    private static func head(_ status: Int, _ fields: [(name: String, value: String)]) -> HeadWriter {
        var head = HeadWriter()
        head.status(status)
        for field in fields { head.field(named: field.name, field.value) }
        return head
    }
}
