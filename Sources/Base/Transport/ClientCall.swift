package import HTTP
package import Runtime

/// Told what becomes of a call. After `callEnded` or `callFailed` nothing more is said.
@EventLoop
package protocol ClientCallObserver: AnyObject {
    /// The head of the final answer; interim ones (1xx) are passed over.
    func call(_ call: ClientCall, received head: ResponseHead)
    /// Body bytes without transfer coding, valid during the call only.
    func call(_ call: ClientCall, received bytes: UnsafeRawBufferPointer)
    /// The body is complete.
    func callEnded(_ call: ClientCall)
    func call(_ call: ClientCall, failed fault: ClientFault)
}

/// One request on its way through a pool, and its answer.
@EventLoop
package final class ClientCall {
    /// The complete head, blank line included. Head and body are let go once the answer has begun: they will not be
    /// sent again, and a stream may stay open for an hour.
    private(set) var head: [UInt8]
    private(set) var body: [UInt8]
    /// Of head and body.
    let length: Int
    let times: CallTimes
    let origin: PooledOrigin
    /// Kept until the call is over, and then let go.
    private var observer: (any ClientCallObserver)?
    var connection: ClientConnection?
    private let pool: ClientPool
    private(set) var isOver = false
    /// The request was sent again on a new connection because a kept one turned out to be closed.
    package internal(set) var wasResent = false
    /// The connection had carried another call before.
    package internal(set) var isOnKeptConnection = false

    init(
        head: [UInt8], body: [UInt8], times: CallTimes, origin: PooledOrigin, observer: any ClientCallObserver,
        pool: ClientPool
    ) {
        self.head = head
        self.body = body
        length = head.count + body.count
        self.times = times
        self.origin = origin
        self.observer = observer
        self.pool = pool
    }

    /// Stops at once: the connection is reset, so that the other side stops working, too. The observer is not told.
    package func cancel() {
        guard !isOver else { return }
        isOver = true
        observer = nil
        let connection = connection
        self.connection = nil
        if let connection { connection.abandon() } else { pool.withdraw(self) }
    }

    /// Stops reading; the other side feels it when its window is full.
    package func pause() { connection?.setReading(false) }
    package func resume() { connection?.setReading(true) }

    /// The request is out and its answer has begun.
    func releaseRequest() {
        head = []
        body = []
    }

    func received(_ head: ResponseHead) { observer?.call(self, received: head) }
    func received(_ bytes: UnsafeRawBufferPointer) { observer?.call(self, received: bytes) }

    func end() {
        guard !isOver else { return }
        leave()?.callEnded(self)
    }

    func fail(_ fault: ClientFault) {
        guard !isOver else { return }
        leave()?.call(self, failed: fault)
    }

    private func leave() -> (any ClientCallObserver)? {
        let observer = observer
        isOver = true
        self.observer = nil
        connection = nil
        return observer
    }
}
