internal import Bytes
internal import CLinux
internal import Glibc
internal import HTTP
internal import Runtime
internal import TLS

/// One connection to an upstream: carries one call at a time, and is kept or closed after it. See `ClientOpening` for
/// how it comes about.
@EventLoop
final class ClientConnection: EventSource, TimerTarget, TurnEndSender {
    private enum Phase {
        case idle
        /// The request is being sent or is out; the answer has not begun.
        case waiting
        case readingHead
        case readingBody(Body)
        case closed
    }

    private struct Body {
        enum Kind {
            case length(left: Int)
            case chunked(ChunkDecoder)
            case untilClose
        }
        var kind: Kind
        var keepsAlive: Bool
    }

    private let channel: ByteChannel
    private let pool: ClientPool
    let origin: PooledOrigin
    private var registration: Reactor.Registration?
    /// What is waited for when nothing is to be sent and reading is not paused.
    private var atRest: Readiness = [.readable, .peerClosed]
    private var interest: Readiness = []
    private var phase: Phase
    private var call: ClientCall?
    private var sentBytes = 0
    private var scanner = HeadScanner(.answer)
    private var interimAnswers = 0
    private var inbound = ByteQueue()
    private var deadline = Deadline()
    private var hasServed = false
    /// The request goes out at the end of this turn.
    private var isToSend = false
    private var isReading = true

    /// Takes an open channel over. Nil with errno when it cannot be watched.
    init?(_ channel: ByteChannel, origin: PooledOrigin, pool: ClientPool) {
        self.channel = channel
        self.origin = origin
        self.pool = pool
        phase = .idle
        if channel.readsWhole { atRest.insert(.once) }
        interest = atRest
        guard let registration = Reactor.shared.register(channel.descriptor, self, interest) else { return nil }
        self.registration = registration
        deadline.set(after: pool.limits.idleTime, self, token: 0)
    }

    var isIdle: Bool { if case .idle = phase { true } else { false } }

    // MARK: Calls

    func carry(_ call: ClientCall) {
        self.call = call
        call.connection = self
        call.isOnKeptConnection = hasServed
        sentBytes = 0
        scanner.reset()
        interimAnswers = 0
        phase = .waiting
        isReading = true
        setInterest(atRest)
        deadline.set(after: call.times.firstByte, self, token: 0)
        if !isToSend { Reactor.shared.atTurnEnd(self) }
        isToSend = true
    }

    func turnEnded() {
        isToSend = false
        send()
    }

    func setReading(_ reading: Bool) {
        guard isReading != reading, call != nil else { return }
        isReading = reading
        var wanted = interest
        if reading { wanted.insert(.readable) } else { wanted.remove(.readable) }
        setInterest(wanted)
        if reading, channel.mustReadAgain { EventLoop.post { [weak self] in self?.read([]) } }
        // A paused answer is not an idle upstream.
        if reading, let call { deadline.set(after: call.times.idle, self, token: 0) } else { deadline.clear() }
    }

    /// The call was cancelled.
    func abandon() {
        call = nil
        close(reset: true)
    }

    // MARK: Events

    func ready(_ events: Readiness) {
        switch phase {
        case .idle: return readIdle()
        case .closed: return
        default: break
        }
        if events.contains(.writable) { send() }
        if events.contains(.peerClosed), !isReading {
            // The upstream has closed while the client is slow: what it sent before is still to be read.
            return
        }
        if !events.isDisjoint(with: [.readable, .peerClosed, .failed]) { read(events) }
    }

    func timerFired(token: UInt32) {
        guard deadline.hasPassed(self, token: token) else { return }
        switch phase {
        case .idle: close(reset: false)
        case .waiting, .readingHead: fail(.firstByteTimeout)
        case .readingBody: fail(.idleTimeout)
        case .closed: break
        }
    }

    /// A connection at rest hears its end, or bytes that nobody asked for: either way it is of no more use. With TLS it
    /// may also hear what only the session is told, such as tickets.
    private func readIdle() {
        guard channel.session != nil, channel.read(into: ReadBuffer.shared.bytes) == .wouldBlock else {
            return close(reset: false)
        }
    }

    // MARK: Sending

    private func send() {
        guard let call else { return }
        let total = call.length
        while sentBytes < total {
            let result = call.head.withUnsafeBytes { head in
                call.body.withUnsafeBytes { body in
                    sentBytes < head.count
                        ? channel.write(UnsafeRawBufferPointer(rebasing: head[sentBytes...]), body)
                        : channel.write(UnsafeRawBufferPointer(rebasing: body[(sentBytes - head.count)...]))
                }
            }
            switch result {
            case .bytes(let count): sentBytes += count
            case .wouldBlock, .ended, .truncated:
                setInterest(interest.union(.writable))
                return
            case .failed:
                // The answer that explains it may already be here (a refusal of a large body).
                setInterest(interest.subtracting(.writable))
                sentBytes = total
                return
            }
        }
        setInterest(interest.subtracting(.writable))
    }

    // MARK: Receiving

    private func read(_ events: Readiness) {
        var leftSomething = false
        repeat {
            let buffer = ReadBuffer.shared.bytes
            switch channel.read(into: buffer) {
            case .bytes(let count):
                take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
                leftSomething = count == buffer.count
            case .wouldBlock: break
            case .ended: peerEnded(isWhole: true)
            case .truncated, .failed: peerEnded(isWhole: false)
            }
        } while channel.mustReadAgain && isReading && isInUse
        // Others get their turn before the rest, and before an end that came behind the bytes.
        guard atRest.contains(.once), leftSomething || !events.isDisjoint(with: [.peerClosed, .failed]) else { return }
        if let registration { Reactor.shared.modify(registration, interest) }
    }

    private var isInUse: Bool {
        switch phase {
        case .idle, .closed: false
        default: true
        }
    }

    /// - Parameter isWhole: the upstream has ended its side in order; only then may an end mean that a body is complete
    ///   (RFC 9112 section 9.8).
    private func peerEnded(isWhole: Bool) {
        switch phase {
        case .waiting:
            if hasServed, inbound.isEmpty { return resend() }
            fail(.closedBeforeAnswer)
        case .readingHead: fail(.closedBeforeAnswer)
        case .readingBody(let body):
            if case .untilClose = body.kind, isWhole {
                let call = call
                self.call = nil
                close(reset: false)
                call?.end()
            } else {
                fail(.closedWithinAnswer)
            }
        default: close(reset: false)
        }
    }

    /// A kept connection that the upstream had closed before our request reached it: nothing of it was answered, so the
    /// same bytes go out once more on a new one.
    private func resend() {
        let call = call
        self.call = nil
        close(reset: false)
        guard let call else { return }
        call.connection = nil
        call.wasResent = true
        pool.resend(call)
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        if case .readingBody = phase {
            if let call { deadline.set(after: call.times.idle, self, token: 0) }
            return finish(bytes, used: takeBody(bytes))
        }
        if inbound.isEmpty {
            takeHead(bytes)
        } else {
            inbound.append(bytes)
            var whole = ByteQueue()
            swap(&whole, &inbound)
            whole.withUnsafeBytes { takeHead($0) }
        }
    }

    private func takeHead(_ bytes: UnsafeRawBufferPointer) {
        phase = .readingHead
        var position = 0
        do throws(HTTPFault) {
            while true {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
                guard let length = try scanner.scan(rest) else {
                    inbound.append(rest)
                    return
                }
                let head = try ResponseHead.parse(UnsafeRawBufferPointer(rebasing: rest[..<length]))
                position += length
                if head.isInterim {
                    interimAnswers += 1
                    guard interimAnswers <= HeadLimits.interimAnswers else { throw HTTPFault.tooManyInterimAnswers }
                    continue
                }
                begin(head)
                break
            }
        } catch {
            return fail(.malformedAnswer(error))
        }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
        if case .readingBody = phase { finish(rest, used: takeBody(rest)) }
    }

    private func begin(_ head: ResponseHead) {
        let kind: Body.Kind =
            switch head.body {
            case .none: .length(left: 0)
            case .length(let length): .length(left: length)
            case .chunked: .chunked(ChunkDecoder())
            case .untilClose: .untilClose
            }
        phase = .readingBody(Body(kind: kind, keepsAlive: head.keepsAlive))
        // The time for the first byte ends with the head, however slowly and in whatever pieces it came.
        if let call { deadline.set(after: call.times.idle, self, token: 0) }
        // Of an early answer the rest of the request still goes out.
        if let call, sentBytes == call.length { call.releaseRequest() }
        call?.received(head)
    }

    /// Hands body bytes on; returns how many were used, and nil when the body is not complete.
    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard case .readingBody(var body) = phase else { return nil }
        switch body.kind {
        case .untilClose:
            if !bytes.isEmpty { call?.received(bytes) }
            return nil
        case .length(let left):
            let count = min(left, bytes.count)
            body.kind = .length(left: left - count)
            phase = .readingBody(body)
            if count > 0 { call?.received(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
            return left == count ? count : nil
        case .chunked(var decoder):
            var position = 0
            do throws(HTTPFault) {
                while true {
                    switch try decoder.next(bytes, &position) {
                    case .data(let range):
                        body.kind = .chunked(decoder)
                        phase = .readingBody(body)
                        call?.received(UnsafeRawBufferPointer(rebasing: bytes[range]))
                        guard case .readingBody = phase else { return nil }
                    case .end: return position
                    case .needMore:
                        body.kind = .chunked(decoder)
                        phase = .readingBody(body)
                        return nil
                    }
                }
            } catch {
                fail(.malformedAnswer(error))
                return nil
            }
        }
    }

    private func finish(_ bytes: UnsafeRawBufferPointer, used: Int?) {
        guard let used, case .readingBody(let body) = phase, let call else { return }
        self.call = nil
        call.connection = nil
        // Bytes after the answer belong to nobody: such a connection is not used again.
        if body.keepsAlive, used == bytes.count, sentBytes == call.length {
            hasServed = true
            channel.session?.keepTicket()
            phase = .idle
            setInterest(atRest)
            deadline.set(after: pool.limits.idleTime, self, token: 0)
            pool.released(self)
        } else {
            close(reset: false)
        }
        call.end()
    }

    // MARK: Ends

    private func fail(_ fault: ClientFault) {
        let call = call
        self.call = nil
        close(reset: true)
        call?.fail(fault)
    }

    func close(reset: Bool) {
        if case .closed = phase { return }
        let wasIdle = isIdle
        phase = .closed
        deadline.cancel()
        if let registration { Reactor.shared.cancelClosing(registration) }
        registration = nil
        if reset { channel.reset() } else { channel.close(isWhole: true) }
        pool.forget(self, wasIdle: wasIdle)
    }

    private func setInterest(_ wanted: Readiness) {
        guard wanted != interest, let registration else { return }
        interest = wanted
        Reactor.shared.modify(registration, wanted)
    }
}
