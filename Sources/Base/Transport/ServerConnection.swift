internal import Bytes
internal import Glibc
internal import HTTP
internal import Runtime

/// One client: reads requests one after another, hands each to the handler, and sends its answer. Pipelined requests
/// wait in the socket until the one before is answered.
@EventLoop
final class ServerConnection: EventSource, TimerTarget, TurnEndSender {
    /// What the next byte belongs to.
    enum Phase {
        /// Between requests, or inside a head.
        case head
        /// Inside a body whose handler has not asked for it yet.
        case bodyUnasked
        case body(BodyReader)
        /// The request is read; its answer is being made or sent.
        case answering
        /// The answer is out, the connection is to close: bytes are thrown away until the client closes, too.
        case lingering
        case closed
    }

    struct BodyReader {
        var decoder: ChunkDecoder?
        var left: Int
        var bytes: [UInt8]
        var began: UInt64
    }

    /// Counts the server's connections from 1.
    let number: UInt64
    let channel: ByteChannel
    let peer: SocketAddress
    let relay: SocketAddress?
    let server: HTTPServer
    private var registration: Reactor.Registration?
    var interest: Readiness = [.readable, .peerClosed]
    var phase = Phase.head
    var scanner = HeadScanner()
    var inbound = ByteQueue()
    var outbound = ByteQueue()
    /// What `outbound` consists of: a stream that is cut drops whole chunks, never half a chunk and never a head.
    var waiting: [WaitingPiece] = []
    var exchange: ServerExchange?
    var deadline = Deadline()
    var requestKeepsAlive = true
    /// Not so for HEAD (RFC 9110 section 9.3.2): the bytes would be read as the next answer.
    var answerHasBody = true
    /// Of this exchange's body, read or half read, against the limit of all bodies together.
    ///
    /// INVARIANT: given back once, when the exchange ends, whichever way: the handler may keep the body until then.
    private var bodyBytesHeld = 0
    /// A head, and a body or its first part, that go out at the end of this turn.
    var atTurnEnd: (head: [UInt8], body: [UInt8])?
    var congested = false
    private var closesAfterAnswer = false
    /// What was sent is what was meant to be sent: TLS may say so at the end (see `ByteChannel.endWriting`).
    private var endsWhole = true
    var resetsAtDeadline = false
    var headDeadlineRuns = false
    var isProcessing = false

    struct WaitingPiece {
        /// Bytes in `outbound`, framing included.
        var left: Int
        /// Bytes of a chunk's body; nil for anything that is not a chunk.
        var content: Int?
        var isStarted: Bool
    }

    init?(_ channel: ByteChannel, peer: SocketAddress, relay: SocketAddress?, server: HTTPServer) {
        self.channel = channel
        self.peer = peer
        self.relay = relay
        self.server = server
        number = server.nextConnectionNumber()
        if channel.readsWhole { interest.insert(.once) }
        guard let registration = Reactor.shared.register(channel.descriptor, self, interest) else { return nil }
        self.registration = registration
        server.tap?.connectionOpened(number, from: peer)
        deadline.set(after: server.limits.idleTime, self, token: 0)
    }

    var isCongested: Bool { congested }
    var isIdle: Bool { if case .head = phase { exchange == nil && inbound.isEmpty } else { false } }
    var willClose: Bool { closesAfterAnswer || !requestKeepsAlive || server.isDraining || !bodyIsRead }
    var limits: ServerLimits { server.limits }

    /// An answer before the body's end leaves bytes in the way of the next request.
    private var bodyIsRead: Bool {
        switch phase {
        case .bodyUnasked, .body: false
        default: true
        }
    }

    // MARK: Events

    func ready(_ events: Readiness) {
        if events.contains(.writable) { flush() }
        // Not reading for want of room, and the client has closed: it has left, whatever it still had to say.
        if events.contains(.peerClosed), !interest.contains(.readable) {
            return lose(reset: false, as: events.isDisjoint(with: .failed) ? .closedByPeer : .resetByPeer)
        }
        if !events.isDisjoint(with: [.readable, .peerClosed, .failed]) { read(events) }
    }

    func timerFired(token: UInt32) {
        guard deadline.hasPassed(self, token: token) else { return }
        switch phase {
        case .head where exchange == nil && inbound.isEmpty: close()
        case .head: refuse(status: 408, message: "the head did not arrive within \(limits.headTime / 1_000_000_000) s")
        case .bodyUnasked, .body: refuse(status: 408, message: "the body did not arrive in time")
        case .answering:
            // The client takes nothing: what it will never read must not hold memory or a vendor's stream.
            lose(reset: true)
        case .lingering: close(reset: resetsAtDeadline && (!outbound.isEmpty || channel.unacknowledged > 0))
        case .closed: break
        }
    }

    // MARK: Ends

    /// The exchange has handed over its whole answer.
    func answerEnded() {
        exchange = nil
        releaseBody()
        let closes = willClose
        if closes {
            startLingering(reset: false)
        } else if outbound.isEmpty {
            nextRequest()
        }
    }

    func nextRequest() {
        guard case .answering = phase else { return }
        phase = .head
        answerHasBody = true
        deadline.set(after: limits.idleTime, self, token: 0)
        if server.isDraining, inbound.isEmpty { return close() }
        if !inbound.isEmpty { processInbound() }
    }

    /// Takes back the whole chunks of which no byte is out yet; returns how many body bytes they hold.
    func discardWaitingChunks() -> Int {
        var dropped = 0
        // What is sealed in a record is out, though the kernel has not taken it yet.
        var free = outbound.count - channel.committed
        while let last = waiting.last, let content = last.content, !last.isStarted, last.left <= free {
            outbound.removeLast(last.left)
            free -= last.left
            dropped += content
            waiting.removeLast()
        }
        return dropped
    }

    func abort(notice: [UInt8]) {
        exchange = nil
        endsWhole = false
        releaseBody()
        // An empty chunk would be the body's end mark.
        if !notice.isEmpty, answerHasBody { notice.withUnsafeBytes { send(chunk: $0) } }
        startLingering(reset: true)
    }

    func drop() { lose(reset: true) }

    /// What was sent is all there will be, whatever its framing promised: closes after the last byte.
    func endAsIs() {
        closesAfterAnswer = true
        endsWhole = false
        answerEnded()
    }

    /// Answers from the engine itself, before or instead of a handler, and closes.
    func refuse(status: Int, message: String, bodyFault: HTTPFault? = nil) {
        let exchange = exchange
        self.exchange = nil
        closesAfterAnswer = true
        forgetBody()
        phase = .answering
        let answer = server.refusal(status: status, message: message)
        send(whole: answer.head, answerHasBody ? answer.body : [])
        if !isOver { startLingering(reset: false) }
        exchange?.bodyEnded(.failure(bodyFault.map { .refused($0) } ?? .lost))
        exchange?.lost()
    }

    /// Stops reading requests; when the output is gone, ends the sending side and waits for the client to do the same,
    /// because closing at once would reset the connection and could take the answer with it.
    private func startLingering(reset: Bool) {
        sendNow()
        guard !isOver else { return }
        forgetBody()
        phase = .lingering
        resetsAtDeadline = reset
        inbound.removeAll()
        inbound.releaseStorage()
        setInterest(interest.union(.readable))
        deadline.set(after: reset ? limits.lingerTime : limits.writeStallTime, self, token: 0)
        if outbound.isEmpty { finishLingering() }
    }

    func finishLingering() {
        channel.endWriting(isWhole: endsWhole)
        if !resetsAtDeadline { deadline.set(after: limits.lingerTime, self, token: 0) }
    }

    func lose(reset: Bool, as end: ConnectionEnd? = nil) {
        let exchange = exchange
        self.exchange = nil
        endsWhole = false
        forgetBody()
        close(reset: reset, as: end)
        exchange?.lost()
    }

    /// Half a body that nobody will get is let go.
    private func forgetBody() {
        if case .body = phase { phase = .bodyUnasked }
        releaseBody()
    }

    /// False when there is no room for `count` more bytes of the body.
    func hold(bodyBytes count: Int) -> Bool {
        bodyBytesHeld += count
        return server.account(bodyBytes: count)
    }

    private func releaseBody() {
        guard bodyBytesHeld > 0 else { return }
        server.account(bodyBytes: -bodyBytesHeld)
        bodyBytesHeld = 0
    }

    /// For the drain's end and the server's stop. `end` says who ended it when it was not this side.
    func close(reset: Bool = false, as end: ConnectionEnd? = nil) {
        if !reset { sendNow() }
        if case .closed = phase { return }
        atTurnEnd = nil
        forgetBody()
        phase = .closed
        deadline.cancel()
        if let registration { Reactor.shared.cancelClosing(registration) }
        registration = nil
        if reset { channel.reset() } else { channel.close(isWhole: endsWhole && outbound.isEmpty) }
        server.tap?.connectionEnded(number, end ?? (reset ? .reset : .closed))
        outbound.removeAll()
        server.forget(self)
    }

    /// Says again what is waited for, so that what was left unread is told of again.
    func askAgain() {
        if let registration { Reactor.shared.modify(registration, interest) }
    }

    func setInterest(_ wanted: Readiness) {
        guard wanted != interest, let registration else { return }
        interest = wanted
        Reactor.shared.modify(registration, wanted)
    }
}
