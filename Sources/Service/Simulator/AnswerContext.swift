internal import Runtime

/// What all answers of the one loop share: the bytes being written and the counts.
@EventLoop
final class AnswerContext {
    /// Used from the writing of an event to its sending, never across a turn.
    var scratch: [UInt8] = []
    var punctuality = Punctuality()
    var beatsSent: UInt64 = 0

    init() { scratch.reserveCapacity(16 * 1024) }
}
