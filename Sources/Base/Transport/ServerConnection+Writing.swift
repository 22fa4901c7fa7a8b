internal import Bytes
internal import Runtime

/// From the handler to the socket: what the kernel does not take at once waits in whole pieces.
extension ServerConnection {
    func send(whole head: [UInt8], _ body: [UInt8]) {
        guard !isOver else { return }
        if atTurnEnd == nil, outbound.isEmpty {
            atTurnEnd = (head, body)
            Reactor.shared.atTurnEnd(self)
        } else {
            sendNow()
            write(whole: head, body)
        }
    }

    func turnEnded() { sendNow() }

    /// What was to wait for the end of the turn.
    func sendNow() {
        guard let (head, body) = atTurnEnd else { return }
        atTurnEnd = nil
        write(whole: head, body)
    }

    private func write(whole head: [UInt8], _ body: [UInt8]) {
        if case .closed = phase { return }
        var sent = 0
        if outbound.isEmpty {
            let result = head.withUnsafeBytes { head in
                body.withUnsafeBytes { body in channel.write(head, body) }
            }
            switch result {
            case .bytes(let count): sent = count
            case .wouldBlock, .ended, .truncated: break
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
        sendNow()
        let framed = server.frame(chunk)
        var sent = 0
        if outbound.isEmpty {
            switch channel.write(framed) {
            case .bytes(let count): sent = count
            case .wouldBlock, .ended, .truncated: break
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

    func flush() {
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
        case .wouldBlock, .ended, .truncated: return
        case .failed(let number): return lose(reset: false, as: ConnectionEnd(errorNumber: number))
        }
        if outbound.isEmpty {
            outbound.releaseStorage()
            setInterest(interest.subtracting(.writable))
            deadline.clear()
            if case .lingering = phase { return finishLingering() }
            if exchange == nil { nextRequest() }
            if isIdle { deadline.set(after: limits.idleTime, self, token: 0) }
        } else if !resetsAtDeadline {
            deadline.set(after: limits.writeStallTime, self, token: 0)
        }
        if congested, outbound.count < limits.lowWater {
            congested = false
            exchange?.drained()
        }
    }

    func sent(_ count: Int) {
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
}
