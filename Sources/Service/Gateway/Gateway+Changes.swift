internal import Runtime
internal import Telemetry
internal import Vocabulary

/// When the state changes, what is open is decided again. Law 3.
extension Gateway {
    /// What a change ended.
    struct Ended: Sendable {
        var count = 0
        /// When the last content byte was handed to the connection of any of them, by this node's clock.
        var lastContent: Instant?
        /// When the last of their vendors' connections had been reset.
        var lastReset: Instant?
    }

    /// Decides every attempt anew that the change concerns. All of them stop first; what is to be recorded and said
    /// about it comes after the last has stopped.
    @discardableResult
    func changed(_ change: NodeState.Change) -> Ended {
        var redecision = Redecision(state, refusals, at: now())
        var stopped: [Attempt] = []
        for attempt in open.all where change.concerns(attempt.visit.visitor) {
            guard attempt.denial == nil else { continue }
            guard let denial = redecision.denial(of: attempt) else {
                attempt.epoch = state.epoch
                continue
            }
            attempt.halt(denial)
            stopped.append(attempt)
        }
        guard !stopped.isEmpty else { return Ended() }
        let ended = Ended(count: stopped.count, lastContent: stopped.compactMap(\.lastContent).max(), lastReset: now())
        for attempt in stopped { attempt.settleDenial() }
        metrics.cutStreams.add(UInt64(stopped.count))
        return ended
    }

    /// Nil while the attempt may go on.
    func decideAgain(_ attempt: Attempt) -> Attempt.Denial? {
        if let denial = attempt.denial { return denial }
        // Nothing that it rests on has changed; what time changes is looked after by `recheck`.
        if attempt.epoch == state.epoch, state.isLeaseCurrent { return nil }
        var redecision = Redecision(state, refusals, at: now())
        let denial = redecision.denial(of: attempt)
        if denial == nil { attempt.epoch = state.epoch }
        return denial
    }

    /// LIMIT: open answers decided again in one go, for what time alone changes: a rule that begins, evidence that
    /// grows old, a key that expires.
    private static let recheckedAtOnce = 20
    /// How often so many are: a thousand open answers are through in five seconds.
    static let recheckPeriod: UInt64 = .milliseconds(100)

    func recheck() {
        let all = open.all
        guard !all.isEmpty else { return }
        var redecision = Redecision(state, refusals, at: now())
        for step in 0..<min(Gateway.recheckedAtOnce, all.count) {
            let attempt = all[(recheckNext + step) % all.count]
            guard attempt.denial == nil, let denial = redecision.denial(of: attempt) else { continue }
            attempt.deny(denial)
            metrics.cutStreams.add()
        }
        recheckNext = (recheckNext + Gateway.recheckedAtOnce) % all.count
    }
}
