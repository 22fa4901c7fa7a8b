internal import Bytes
internal import Runtime
internal import Transport

/// A streamed answer on its way: opening at once, then a beat each period, then the closing; and whatever a script does
/// to it.
@EventLoop
final class AnswerStream: RunningAnswer, ServerExchangeObserver, TimerTarget {
    private enum Stage {
        case beforeHead
        case beforeEvents
        case running
        case pausing
        /// Nothing more comes, by a script; the connection stays.
        case stalled
        /// Everything is said; a drip may still have bytes.
        case concluding(Play.Cut?)
        case over
    }

    private enum Token {
        static let stage: UInt32 = 0
        static let drip: UInt32 = 1
    }

    /// LIMIT: beats that are sent in one piece when the stream is late.
    private static let beatsAtOnce = 64

    private let exchange: ServerExchange
    private let answer: Answer
    private let play: Play
    private let ticker: Ticker
    private let context: AnswerContext
    private let ending: AnswerEnding
    private let fields: [(name: String, value: String)]
    private let requestID: String
    private let beats: Int
    /// The beat before which a script ends the stream.
    private let lastBeat: Int?

    private var stage = Stage.beforeHead
    private var pace: Pace
    private var place: PhasePlace?
    private var next = 0
    private var inserted = 0
    private var hasPaused = false
    private var dripping: ByteQueue?
    private var timer: Reactor.Timer?
    private var dripTimer: Reactor.Timer?

    init(
        _ exchange: ServerExchange, _ answer: Answer, play: Play, ticker: Ticker, context: AnswerContext,
        ending: AnswerEnding,
        fields: [(name: String, value: String)], requestID: String
    ) {
        self.exchange = exchange
        self.answer = answer
        self.play = play
        self.ticker = ticker
        self.context = context
        self.ending = ending
        self.fields = fields
        self.requestID = requestID
        beats = answer.beats
        if case .after(let count) = play.end?.place { lastBeat = min(count, beats) } else { lastBeat = nil }
        pace = Pace(start: 0, period: ticker.period)
        if play.dripMilliseconds != nil { dripping = ByteQueue() }
    }

    func begin() {
        exchange.observer = self
        wait(play.delayHeadMilliseconds)
    }

    // MARK: Stages

    func timerFired(token: UInt32) {
        if token == Token.drip { return drip() }
        timer = nil
        switch stage {
        case .beforeHead: sendHead()
        case .beforeEvents: start()
        case .pausing: resume()
        case .running, .stalled, .concluding, .over: break
        }
    }

    /// Goes on to the next stage after so long, at once for zero.
    private func wait(_ milliseconds: Int) {
        guard milliseconds > 0 else { return timerFired(token: Token.stage) }
        timer = Reactor.shared.schedule(after: .milliseconds(UInt64(milliseconds)), self, token: Token.stage)
    }

    private func sendHead() {
        if let end = play.end, end.place == .head { return cut(end) }
        stage = .beforeEvents
        exchange.startStream(status: 200, fields: fields)
        guard !exchange.isLost else { return }
        wait(play.delayFirstEventMilliseconds)
    }

    private func start() {
        stage = .running
        pace = Pace(start: Clocks.monotonic, period: ticker.period)
        context.scratch.removeAll(keepingCapacity: true)
        answer.appendOpening(into: &context.scratch)
        emitScratch()
        goOn()
    }

    private func resume() {
        stage = .running
        goOn()
    }

    private func goOn() {
        advance(now: max(Clocks.monotonic, pace.start))
        if case .running = stage, place == nil { place = ticker.add(self, beatingAt: pace.start) }
    }

    /// Sends the beats that are due. Called by the ticker once a period.
    func advance(now: UInt64) {
        guard case .running = stage, !exchange.isCongested else { return }
        let due = min(pace.due(at: now), beats + 1)
        guard next < due else { return }
        context.punctuality.note(lateNanoseconds: now &- min(now, pace.time(of: next)))
        context.scratch.removeAll(keepingCapacity: true)
        let last = min(due, next + AnswerStream.beatsAtOnce)
        while next < last {
            if next == lastBeat || next == play.pauseAfter && !hasPaused { break }
            insertWhatIsDue()
            if next == beats {
                answer.appendClosing(into: &context.scratch)
            } else {
                answer.append(beat: next, into: &context.scratch)
            }
            next += 1
            context.beatsSent &+= 1
        }
        emitScratch()
        guard case .running = stage else { return }
        if next > beats { return conclude(nil) }
        if next == play.pauseAfter, !hasPaused { return pause() }
        if next == lastBeat, let end = play.end { cut(end) }
    }

    private func insertWhatIsDue() {
        guard inserted < play.insertions.count else { return }
        for insertion in play.insertions where insertion.after == next {
            InsertedEvent.append(insertion, answer.wire, into: &context.scratch)
            inserted += 1
        }
    }

    private func pause() {
        leaveTicker()
        hasPaused = true
        stage = .pausing
        // The beat that waits comes right after the pause, the others in their time after it.
        let silence = UInt64.milliseconds(UInt64(play.pauseMilliseconds))
        pace.delay(by: Clocks.monotonic &+ silence &- pace.time(of: next))
        wait(play.pauseMilliseconds)
    }

    // MARK: Ends

    private func cut(_ end: Play.End) {
        switch end.cut {
        case .stall:
            leaveTicker()
            stage = .stalled
        case .error:
            context.scratch = InsertedEvent.error(end, answer.wire, request: requestID)
            emitScratch()
            conclude(nil)
        case .reset, .close, .abort: conclude(end.cut)
        }
    }

    private func conclude(_ cut: Play.Cut?) {
        leaveTicker()
        if case .over = stage { return }
        stage = .concluding(cut)
        if dripping?.isEmpty ?? true { finish(cut) }
    }

    private func finish(_ cut: Play.Cut?) {
        let outcome: ByteLogRecord.Outcome
        switch cut {
        case .reset:
            // Our own reset is no loss of the client.
            exchange.observer = nil
            exchange.drop()
            outcome = .scriptedReset
        case .close where play.end?.place != .head:
            exchange.endStream()
            outcome = .scriptedClose
        case .abort, .close:
            exchange.endAsIs()
            outcome = .scriptedClose
        case .stall, .error, nil:
            exchange.endStream()
            outcome = .complete
        }
        leave { ending.ended(outcome) }
    }

    func exchangeLost(_ exchange: ServerExchange) { leave { ending.lost() } }

    /// Late beats are caught up with at the next turn of the ticker.
    func exchangeDrained(_ exchange: ServerExchange) {}

    func stop() { leave { ending.ended(.stopped) } }

    private func leave(_ tell: () -> Void) {
        if case .over = stage { return }
        stage = .over
        exchange.observer = nil
        leaveTicker()
        for timer in [timer, dripTimer] { if let timer { Reactor.shared.cancel(timer) } }
        timer = nil
        dripTimer = nil
        tell()
    }

    private func leaveTicker() {
        if let place { ticker.remove(place) }
        place = nil
    }

    // MARK: Bytes

    private func emitScratch() {
        guard play.reshapes else {
            context.scratch.withUnsafeBytes { exchange.send(chunk: $0) }
            return
        }
        let shaped = EventShape(framing: play.framing, dataLines: play.dataLines).apply(context.scratch)
        if dripping != nil {
            dripping?.append(shaped)
            if dripTimer == nil { scheduleDrip() }
        } else if play.splitsBytes {
            for byte in shaped { withUnsafeBytes(of: byte) { exchange.send(chunk: $0) } }
        } else {
            shaped.withUnsafeBytes { exchange.send(chunk: $0) }
        }
    }

    private func scheduleDrip() {
        let interval = UInt64(max(1, play.dripMilliseconds ?? 1))
        dripTimer = Reactor.shared.schedule(after: .milliseconds(interval), self, token: Token.drip)
    }

    private func drip() {
        dripTimer = nil
        guard let byte = dripping?.withUnsafeBytes({ $0.first }) else { return }
        dripping?.consume(1)
        withUnsafeBytes(of: byte) { exchange.send(chunk: $0) }
        if case .over = stage { return }
        if dripping?.isEmpty == false { return scheduleDrip() }
        if case .concluding(let cut) = stage { finish(cut) }
    }
}
