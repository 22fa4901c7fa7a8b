internal import Runtime

/// Whom an answer tells its end, once.
struct AnswerEnding {
    let exchange: UInt64
    let connection: UInt64
    let log: ByteLog
    let forget: @EventLoop (UInt64) -> Void

    @EventLoop
    func ended(_ outcome: ByteLogRecord.Outcome) {
        log.answered(exchange, connection: connection, outcome)
        forget(exchange)
    }

    /// The client is gone; the log knows how.
    @EventLoop
    func lost() { ended(log.outcome(ofLost: connection)) }
}
