internal import Bytes
internal import CLinux
internal import Glibc
internal import HTTP
internal import Runtime

/// One connection to an upstream: connects, carries one call at a time, and is kept or closed after it.
@EventLoop
final class ClientConnection: EventSource, TimerTarget {
    private enum Phase {
        case connecting
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
    private unowned let pool: ClientPool
    let origin: ClientOrigin
    private var registration: Reactor.Registration?
    private var interest: Readiness = []
    private var phase: Phase
    private var call: ClientCall?
    private var sentBytes = 0
    private var scanner = HeadScanner(.answer)
    private var interimAnswers = 0
    private var inbound = ByteQueue()
    private var deadline = Deadline()
    private var hasServed = false
    private var isReading = true

    /// Begins to connect. Nil with errno when that fails at once.
    init?(_ address: SocketAddress, origin: ClientOrigin, pool: ClientPool, connectTime: UInt64) {
        let descriptor = portcullis_socket(address.family, Int32(SOCK_STREAM.rawValue))
        guard descriptor >= 0 else { return nil }
        channel = ByteChannel(descriptor: descriptor)
        self.origin = origin
        self.pool = pool
        phase = .connecting
        if case .unix = address.host {
        } else {
            guard !DescriptorReserve.isTouched(by: descriptor) else {
                channel.close()
                errno = EMFILE
                return nil
            }
            channel.disableNagle()
        }
        guard let result = address.withSockaddr({ connect(descriptor, $0, $1) }) else {
            channel.close()
            errno = ENAMETOOLONG
            return nil
        }
        guard result == 0 || errno == EINPROGRESS else {
            let number = errno
            channel.close()
            errno = number
            return nil
        }
        interest = [.writable]
        registration = Reactor.shared.register(descriptor, self, interest)
        deadline.set(after: connectTime, self, token: 0)
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
        setInterest([.readable, .peerClosed])
        deadline.set(after: call.times.firstByte, self, token: 0)
        send()
    }

    func setReading(_ reading: Bool) {
        guard isReading != reading, call != nil else { return }
        isReading = reading
        var wanted = interest
        if reading { wanted.insert(.readable) } else { wanted.remove(.readable) }
        setInterest(wanted)
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
        case .connecting: return connected()
        case .idle: return close(reset: false)
        case .closed: return
        default: break
        }
        if events.contains(.writable) { send() }
        if events.contains(.peerClosed), !isReading {
            // The upstream has closed while the client is slow: what it sent before is still to be read.
            return
        }
        if !events.isDisjoint(with: [.readable, .peerClosed, .failed]) { read() }
    }

    func timerFired(token: UInt32) {
        guard deadline.hasPassed(self, token: token) else { return }
        switch phase {
        case .connecting: failConnecting(.connectTimeout)
        case .idle: close(reset: false)
        case .waiting, .readingHead: fail(.firstByteTimeout)
        case .readingBody: fail(.idleTimeout)
        case .closed: break
        }
    }

    private func connected() {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(channel.descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        guard number == 0 else { return failConnecting(.connectFailed(errorNumber: number)) }
        phase = .idle
        deadline.clear()
        setInterest([.readable, .peerClosed])
        pool.connected(self)
    }

    private func failConnecting(_ fault: ClientFault) {
        close(reset: false)
        pool.connectFailed(self, fault)
    }

    // MARK: Sending

    private func send() {
        guard let call else { return }
        let total = call.head.count + call.body.count
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
            case .wouldBlock, .ended:
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

    private func read() {
        let buffer = ReadBuffer.shared.bytes
        switch channel.read(into: buffer) {
        case .bytes(let count): take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
        case .wouldBlock: break
        case .ended, .failed: peerEnded()
        }
    }

    private func peerEnded() {
        switch phase {
        case .waiting:
            if hasServed, inbound.isEmpty { return resend() }
            fail(.closedBeforeAnswer)
        case .readingHead: fail(.closedBeforeAnswer)
        case .readingBody(let body):
            if case .untilClose = body.kind {
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
        let total = call.head.count + call.body.count
        if body.keepsAlive, used == bytes.count, sentBytes == total {
            hasServed = true
            phase = .idle
            setInterest([.readable, .peerClosed])
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
        phase = .closed
        deadline.cancel()
        if let registration { Reactor.shared.cancel(registration) }
        registration = nil
        if reset { channel.reset() } else { channel.close() }
        pool.forget(self)
    }

    private func setInterest(_ wanted: Readiness) {
        guard wanted != interest, let registration else { return }
        interest = wanted
        Reactor.shared.modify(registration, wanted)
    }
}
