internal import Bytes
internal import HTTP
internal import Runtime

/// From the socket to the handler: heads, bodies, pipelined requests.
extension ServerConnection {
    func read(_ events: Readiness) {
        var leftSomething = false
        repeat { leftSomething = readOnce() } while channel.mustReadAgain && !isClosed && interest.contains(.readable)
        // Others get their turn before the rest, and before an end that came behind the bytes.
        if interest.contains(.once), leftSomething || !events.isDisjoint(with: [.peerClosed, .failed]) { askAgain() }
    }

    private var isClosed: Bool { if case .closed = phase { true } else { false } }

    /// Whether there may be more.
    private func readOnce() -> Bool {
        let buffer = ReadBuffer.shared.bytes
        switch channel.read(into: buffer) {
        case .bytes(let count):
            server.tap?.connection(number, received: count)
            take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
            return count == buffer.count
        case .wouldBlock: break
        case .ended, .truncated:
            // A client that closes its sending side while it waits has left (nginx reads it so, too): paying a vendor
            // for tokens that nobody reads is the greater fault.
            if case .lingering = phase { close(as: .closedByPeer) } else { lose(reset: false, as: .closedByPeer) }
        case .failed(let number): lose(reset: false, as: ConnectionEnd(errorNumber: number))
        }
        return false
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
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

    var isOver: Bool {
        switch phase {
        case .lingering, .closed: true
        default: false
        }
    }

    /// Reads what waits. Does nothing inside `process`, whose loop goes on by itself when a phase ends.
    func processInbound() {
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
        if let first = bytes.first, first >= 0x7F || first < 0x20 && first != 0x0D && first != 0x0A {
            // A TLS handshake, most of all: its end would be waited for in vain.
            requestKeepsAlive = false
            refuse(status: 400, message: "this is not HTTP/1.1 in the clear; use http:// with this port")
            return nil
        }
        do throws(HTTPFault) {
            guard let length = try scanner.scan(bytes) else { return nil }
            let head = try RequestHead.parse(
                UnsafeRawBufferPointer(rebasing: bytes[..<length]), methods: server.methods)
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
        answerHasBody = head.method != "HEAD"
        if case .length(let length) = head.body, length > limits.bodyBytes {
            return refuse(
                status: 413, message: "the body of \(length) bytes is larger than the limit of \(limits.bodyBytes)")
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
            guard hold(bodyBytes: reader.bytes.count - before) else {
                refuse(status: 503, message: "too many request bodies in memory; try again")
                return bytes.count
            }
            if ended {
                phase = .answering
                deadline.clear()
                exchange?.bodyEnded(.success(reader.bytes))
            } else {
                let allowed = limits.bodyTime + UInt64(reader.bytes.count / 65_536) * .seconds(1)
                let left = reader.began &+ allowed &- min(reader.began &+ allowed, Reactor.shared.now)
                phase = .body(reader)
                deadline.set(after: min(left, limits.bodyIdleTime), self, token: 0)
            }
            return used
        } catch {
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
}
