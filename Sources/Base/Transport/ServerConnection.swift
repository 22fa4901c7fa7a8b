internal import Bytes
internal import Glibc
internal import HTTP
internal import Runtime

/// One client: reads requests one after another, hands each to the handler, and sends its answer. Pipelined requests
/// wait in the socket until the one before is answered.
@EventLoop
final class ServerConnection: EventSource, TimerTarget {
    /// What the next byte belongs to.
    private enum Phase {
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

    private struct BodyReader {
        var decoder: ChunkDecoder?
        var left: Int
        var bytes: [UInt8]
        var began: UInt64
    }

    /// Counts the server's connections from 1.
    let number: UInt64
    private let channel: ByteChannel
    private let peer: SocketAddress
    private unowned let server: HTTPServer
    private var registration: Reactor.Registration?
    private var interest: Readiness = [.readable, .peerClosed]
    private var phase = Phase.head
    private var scanner = HeadScanner()
    private var inbound = ByteQueue()
    private var outbound = ByteQueue()
    /// What `outbound` consists of: a stream that is cut drops whole chunks, never half a chunk and never a head.
    private var waiting: [WaitingPiece] = []
    private var exchange: ServerExchange?
    private var deadline = Deadline()
    private var requestKeepsAlive = true
    private var congested = false
    private var closesAfterAnswer = false
    private var resetsAtDeadline = false
    private var headDeadlineRuns = false
    private var isProcessing = false

    private struct WaitingPiece {
        /// Bytes in `outbound`, framing included.
        var left: Int
        /// Bytes of a chunk's body; nil for anything that is not a chunk.
        var content: Int?
        var isStarted: Bool
    }

    init?(_ channel: ByteChannel, peer: SocketAddress, server: HTTPServer) {
        self.channel = channel
        self.peer = peer
        self.server = server
        number = server.nextConnectionNumber()
        guard let registration = Reactor.shared.register(channel.descriptor, self, interest) else { return nil }
        self.registration = registration
        server.tap?.connectionOpened(number, from: peer)
        deadline.set(after: server.limits.idleTime, self, token: 0)
    }

    var isCongested: Bool { congested }
    var isIdle: Bool { if case .head = phase { exchange == nil && inbound.isEmpty } else { false } }
    var willClose: Bool { closesAfterAnswer || !requestKeepsAlive || server.isDraining || !bodyIsRead }
    private var limits: ServerLimits { server.limits }

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
        if !events.isDisjoint(with: [.readable, .peerClosed, .failed]) { read() }
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

    // MARK: Reading

    private func read() {
        let buffer = ReadBuffer.shared.bytes
        switch channel.read(into: buffer) {
        case .bytes(let count):
            server.tap?.connection(number, received: count)
            take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
        case .wouldBlock: break
        case .ended:
            // A client that closes its sending side while it waits has left (nginx reads it so, too): paying a vendor
            // for tokens that nobody reads is the greater fault.
            if case .lingering = phase { close(as: .closedByPeer) } else { lose(reset: false, as: .closedByPeer) }
        case .failed(let number): lose(reset: false, as: ConnectionEnd(errorNumber: number))
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        if case .lingering = phase { return }
        if inbound.isEmpty {
            let used = process(bytes)
            if used < bytes.count, !isOver {
                inbound.append(UnsafeRawBufferPointer(rebasing: bytes[used...]))
            }
        } else {
            inbound.append(bytes)
            processInbound()
        }
        guard !isOver else { return }
        if case .head = phase, !inbound.isEmpty, exchange == nil {
            // From here on the head's own deadline runs, which does not move with the bytes.
            if !headDeadlineRuns { deadline.set(after: limits.headTime, self, token: 0) }
            headDeadlineRuns = true
        }
        if inbound.count >= limits.unreadBytes { setInterest(interest.subtracting(.readable)) }
    }

    private var isOver: Bool {
        switch phase {
        case .lingering, .closed: true
        default: false
        }
    }

    /// Reads what waits. Does nothing inside `process`, whose loop goes on by itself when a phase ends.
    private func processInbound() {
        guard !isProcessing else { return }
        var queue = ByteQueue()
        swap(&queue, &inbound)
        let used = queue.withUnsafeBytes { process($0) }
        guard !isOver else { return }
        queue.consume(used)
        if queue.isEmpty { queue.releaseStorage() }
        swap(&queue, &inbound)
        if inbound.count < limits.unreadBytes { setInterest(interest.union(.readable)) }
    }

    /// Reads as far as the phase lets it; returns how many bytes were used. Not reentrant: a handler that answers at
    /// once only changes the phase, so that a thousand pipelined requests are a loop and not a recursion.
    private func process(_ bytes: UnsafeRawBufferPointer) -> Int {
        isProcessing = true
        defer { isProcessing = false }
        var position = 0
        while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            switch phase {
            case .head:
                guard let length = readHead(rest) else { return position }
                position += length
            case .body: position += readBody(rest)
            case .bodyUnasked, .answering, .lingering, .closed: return position
            }
        }
        return position
    }

    /// The head's length when it is complete and accepted.
    private func readHead(_ bytes: UnsafeRawBufferPointer) -> Int? {
        do throws(HTTPFault) {
            guard let length = try scanner.scan(bytes) else { return nil }
            let head = try RequestHead.parse(UnsafeRawBufferPointer(rebasing: bytes[..<length]))
            begin(head)
            return length
        } catch {
            requestKeepsAlive = false
            refuse(status: error.status, message: error.message)
            return nil
        }
    }

    private func begin(_ head: RequestHead) {
        headDeadlineRuns = false
        requestKeepsAlive = head.keepsAlive
        if case .length(let length) = head.body, length > limits.bodyBytes {
            return refuse(status: 413, message: "the body of \(length) bytes is larger than the limit of \(limits.bodyBytes)")
        }
        phase = head.body == .none ? .answering : .bodyUnasked
        deadline.set(after: limits.bodyIdleTime, self, token: 0)
        if head.body == .none { deadline.clear() }
        let exchange = ServerExchange(head: head, peer: peer, connection: self)
        self.exchange = exchange
        server.handler.begin(exchange)
    }

    /// The handler wants the body: what arrived before is read now.
    func bodyWanted() {
        guard let exchange else { return }
        guard case .bodyUnasked = phase else { return exchange.bodyEnded(.success([])) }
        var reader = BodyReader(decoder: nil, left: 0, bytes: [], began: Reactor.shared.now)
        switch exchange.head.body {
        case .length(let length):
            reader.left = length
            // Room for the whole at once, and for the padding that the JSON scan wants; a large body grows as it comes.
            reader.bytes.reserveCapacity(min(length, 1024 * 1024) + 64)
        default: reader.decoder = ChunkDecoder()
        }
        phase = .body(reader)
        if exchange.head.expectsContinue { send(whole: Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), []) }
        if !inbound.isEmpty { processInbound() }
    }

    private func readBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard case .body(var reader) = phase else { return 0 }
        // Taken out so that the bytes are not copied on write.
        phase = .bodyUnasked
        let before = reader.bytes.count
        do throws(HTTPFault) {
            var used = 0
            var ended = false
            if reader.decoder == nil {
                used = min(reader.left, bytes.count)
                reader.bytes.append(contentsOf: bytes[..<used])
                reader.left -= used
                ended = reader.left == 0
            } else {
                ended = try decode(bytes, &used, &reader)
            }
            guard server.account(bodyBytes: reader.bytes.count - before) else {
                refuse(status: 503, message: "too many request bodies in memory; try again")
                return bytes.count
            }
            if ended {
                phase = .answering
                deadline.clear()
                server.account(bodyBytes: -reader.bytes.count)
                exchange?.bodyEnded(.success(reader.bytes))
            } else {
                let allowed = limits.bodyTime + UInt64(reader.bytes.count / 65_536) * .seconds(1)
                let left = reader.began &+ allowed &- min(reader.began &+ allowed, Reactor.shared.now)
                phase = .body(reader)
                deadline.set(after: min(left, limits.bodyIdleTime), self, token: 0)
            }
            return used
        } catch {
            server.account(bodyBytes: -before)
            refuse(status: error.status, message: error.message, bodyFault: error)
            return bytes.count
        }
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer, _ used: inout Int, _ reader: inout BodyReader
    ) throws(HTTPFault) -> Bool {
        while true {
            switch try reader.decoder?.next(bytes, &used) ?? .end {
            case .data(let range):
                guard reader.bytes.count + range.count <= limits.bodyBytes else { throw .bodyTooLarge }
                reader.bytes.append(contentsOf: bytes[range])
            case .end: return true
            case .needMore: return false
            }
        }
    }

    // MARK: Writing

    func send(whole head: [UInt8], _ body: [UInt8]) {
        guard !isOver else { return }
        var sent = 0
        if outbound.isEmpty {
            let result = head.withUnsafeBytes { head in
                body.withUnsafeBytes { body in channel.write(head, body) }
            }
            switch result {
            case .bytes(let count): sent = count
            case .wouldBlock, .ended: break
            case .failed(let number): return lose(reset: false, as: ConnectionEnd(errorNumber: number))
            }
            if let tap = server.tap, sent > 0 {
                tap.connection(number, wrote: head, body, first: sent)
            }
            if sent == head.count + body.count { return }
        }
        let left = head.count + body.count - sent
        if sent < head.count { outbound.append(head[sent...]) }
        outbound.append(body[max(0, sent - head.count)...])
        waitForRoom(WaitingPiece(left: left, content: nil, isStarted: sent > 0))
    }

    func send(chunk: UnsafeRawBufferPointer) {
        guard !isOver else { return }
        let framed = server.frame(chunk)
        var sent = 0
        if outbound.isEmpty {
            switch channel.write(framed) {
            case .bytes(let count): sent = count
            case .wouldBlock, .ended: break
            case .failed(let number): return lose(reset: false, as: ConnectionEnd(errorNumber: number))
            }
            if sent > 0 { server.tap?.connection(number, wrote: UnsafeRawBufferPointer(rebasing: framed[..<sent])) }
            if sent == framed.count { return }
        }
        outbound.append(UnsafeRawBufferPointer(rebasing: framed[sent...]))
        waitForRoom(WaitingPiece(left: framed.count - sent, content: chunk.count, isStarted: sent > 0))
    }

    func sendLastChunk() { send(whole: Array("0\r\n\r\n".utf8), []) }

    private func waitForRoom(_ piece: WaitingPiece) {
        waiting.append(piece)
        if !interest.contains(.writable) {
            setInterest(interest.union(.writable))
            deadline.set(after: limits.writeStallTime, self, token: 0)
        }
        if outbound.count > limits.highWater { congested = true }
    }

    private func flush() {
        guard !outbound.isEmpty else { return }
        let result = outbound.withUnsafeBytes { bytes in
            let result = channel.write(bytes)
            if case .bytes(let count) = result {
                server.tap?.connection(number, wrote: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
            return result
        }
        switch result {
        case .bytes(let count): sent(count)
        case .wouldBlock, .ended: return
        case .failed(let number): return lose(reset: false, as: ConnectionEnd(errorNumber: number))
        }
        if outbound.isEmpty {
            outbound.releaseStorage()
            setInterest(interest.subtracting(.writable))
            deadline.clear()
            if case .lingering = phase { return finishLingering() }
            if exchange == nil { nextRequest() }
        } else if !resetsAtDeadline {
            deadline.set(after: limits.writeStallTime, self, token: 0)
        }
        if congested, outbound.count < limits.lowWater {
            congested = false
            exchange?.drained()
        }
    }

    private func sent(_ count: Int) {
        outbound.consume(count)
        var rest = count
        var done = 0
        while rest > 0, done < waiting.count {
            if waiting[done].left > rest {
                waiting[done].left -= rest
                waiting[done].isStarted = true
                break
            }
            rest -= waiting[done].left
            done += 1
        }
        waiting.removeFirst(done)
    }

    // MARK: Ends

    /// The exchange has handed over its whole answer.
    func answerEnded() {
        exchange = nil
        let closes = willClose
        if closes {
            startLingering(reset: false)
        } else if outbound.isEmpty {
            nextRequest()
        }
    }

    private func nextRequest() {
        guard case .answering = phase else { return }
        phase = .head
        deadline.set(after: limits.idleTime, self, token: 0)
        if server.isDraining, inbound.isEmpty { return close() }
        if !inbound.isEmpty { processInbound() }
    }

    /// Takes back the whole chunks of which no byte is out yet; returns how many body bytes they hold.
    func discardWaitingChunks() -> Int {
        var dropped = 0
        while let last = waiting.last, let content = last.content, !last.isStarted {
            outbound.removeLast(last.left)
            dropped += content
            waiting.removeLast()
        }
        return dropped
    }

    func abort(notice: [UInt8]) {
        exchange = nil
        // An empty chunk would be the body's end mark.
        if !notice.isEmpty { notice.withUnsafeBytes { send(chunk: $0) } }
        startLingering(reset: true)
    }

    func drop() { lose(reset: true) }

    /// What was sent is all there will be, whatever its framing promised: closes after the last byte.
    func endAsIs() {
        closesAfterAnswer = true
        answerEnded()
    }

    /// Answers from the engine itself, before or instead of a handler, and closes.
    private func refuse(status: Int, message: String, bodyFault: HTTPFault? = nil) {
        let exchange = exchange
        self.exchange = nil
        closesAfterAnswer = true
        phase = .answering
        let answer = server.refusal(status: status, message: message)
        send(whole: answer.head, answer.body)
        if !isOver { startLingering(reset: false) }
        exchange?.bodyEnded(.failure(bodyFault.map { .refused($0) } ?? .lost))
        exchange?.lost()
    }

    /// Stops reading requests; when the output is gone, ends the sending side and waits for the client to do the same,
    /// because closing at once would reset the connection and could take the answer with it.
    private func startLingering(reset: Bool) {
        guard !isOver else { return }
        phase = .lingering
        resetsAtDeadline = reset
        inbound.removeAll()
        inbound.releaseStorage()
        setInterest(interest.union(.readable))
        deadline.set(after: reset ? limits.lingerTime : limits.writeStallTime, self, token: 0)
        if outbound.isEmpty { finishLingering() }
    }

    private func finishLingering() {
        channel.endWriting()
        if !resetsAtDeadline { deadline.set(after: limits.lingerTime, self, token: 0) }
    }

    private func lose(reset: Bool, as end: ConnectionEnd? = nil) {
        let exchange = exchange
        self.exchange = nil
        if case .body(let reader) = phase { server.account(bodyBytes: -reader.bytes.count) }
        close(reset: reset, as: end)
        exchange?.lost()
    }

    /// For the drain's end and the server's stop. `end` says who ended it when it was not this side.
    func close(reset: Bool = false, as end: ConnectionEnd? = nil) {
        if case .closed = phase { return }
        phase = .closed
        deadline.cancel()
        if let registration { Reactor.shared.cancel(registration) }
        registration = nil
        if reset { channel.reset() } else { channel.close() }
        server.tap?.connectionEnded(number, end ?? (reset ? .reset : .closed))
        outbound.removeAll()
        server.forget(self)
    }

    private func setInterest(_ wanted: Readiness) {
        guard wanted != interest, let registration else { return }
        interest = wanted
        Reactor.shared.modify(registration, wanted)
    }
}
