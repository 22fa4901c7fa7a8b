internal import HTTP
internal import Runtime
internal import Transport

/// An answer that is sent at once: a completion that is not streamed, a model list, an error; and whatever a script
/// does to it.
@EventLoop
final class WholeAnswer: RunningAnswer, ServerExchangeObserver, TimerTarget {
    private let exchange: ServerExchange
    private let status: Int
    private let fields: [(name: String, value: String)]
    private let body: [UInt8]
    private let play: Play
    private let ending: AnswerEnding
    private var isOver = false
    private var hasWaited = false
    /// Body bytes that a drip has sent.
    private var dripped = 0
    private var timer: Reactor.Timer?

    init(
        _ exchange: ServerExchange, status: Int, fields: [(name: String, value: String)], body: [UInt8], play: Play,
        ending: AnswerEnding
    ) {
        self.exchange = exchange
        self.status = status
        self.fields = fields
        self.body = body
        self.play = play
        self.ending = ending
    }

    func begin() {
        exchange.observer = self
        let delay = play.delayHeadMilliseconds + play.delayFirstEventMilliseconds
        if delay > 0 { schedule(delay) } else { answer() }
    }

    func timerFired(token: UInt32) {
        timer = nil
        if dripped > 0 || hasWaited { drip() } else { answer() }
    }

    private func schedule(_ milliseconds: Int) {
        timer = Reactor.shared.schedule(after: .milliseconds(UInt64(milliseconds)), self, token: 0)
    }

    private func answer() {
        hasWaited = true
        if let end = play.end, end.place == .head || end.cut != .error { return answer(cutAt: end) }
        if play.contentLengthError != 0 || play.dripMilliseconds != nil {
            sendHead()
            if play.dripMilliseconds != nil { return drip() }
            exchange.send(wire: body)
            return finish(play.contentLengthError == 0 ? .complete : .scriptedClose) { $0.endAsIs() }
        }
        finish(.complete) { [status, fields, body] in $0.respond(status: status, fields: fields, body: body) }
    }

    private func answer(cutAt end: Play.End) {
        if case .after(let count) = end.place {
            sendHead()
            exchange.send(wire: Array(body.prefix(count)))
        }
        switch end.cut {
        case .reset: finish(.scriptedReset) { $0.drop() }
        case .close, .abort, .error: finish(.scriptedClose) { $0.endAsIs() }
        case .stall: break
        }
    }

    private func drip() {
        guard dripped < body.count else { return finish(.complete) { $0.endAsIs() } }
        exchange.send(wire: [body[dripped]])
        dripped += 1
        if !isOver { schedule(max(1, play.dripMilliseconds ?? 1)) }
    }

    /// A head by hand, whose length may be a lie; the connection closes behind the body.
    private func sendHead() {
        var head = HeadWriter()
        head.status(status)
        for field in fields { head.field(named: field.name, field.value) }
        head.field("content-length", max(0, body.count + play.contentLengthError))
        head.field("connection", "close")
        head.end()
        exchange.send(wire: head.bytes)
    }

    private func finish(_ outcome: ByteLogRecord.Outcome, _ act: (ServerExchange) -> Void) {
        guard !isOver else { return }
        // Our own reset is no loss of the client; every other act may find that the client is gone.
        if outcome == .scriptedReset { exchange.observer = nil }
        act(exchange)
        leave { ending.ended(outcome) }
    }

    func exchangeLost(_ exchange: ServerExchange) { leave { ending.lost() } }
    func exchangeDrained(_ exchange: ServerExchange) {}
    func stop() { leave { ending.ended(.stopped) } }

    private func leave(_ tell: () -> Void) {
        guard !isOver else { return }
        isOver = true
        exchange.observer = nil
        if let timer { Reactor.shared.cancel(timer) }
        tell()
    }
}
