internal import Runtime

/// A deadline that moves often and rarely comes: the wheel is touched only when the one armed fires early or lies too
/// late, not each time the deadline moves.
@EventLoop
struct Deadline {
    private var timer: Reactor.Timer?
    private var armedFor: UInt64 = 0
    private(set) var due: UInt64?

    nonisolated init() {}

    mutating func set(after nanoseconds: UInt64, _ target: any TimerTarget, token: UInt32) {
        let deadline = Reactor.shared.now &+ nanoseconds
        due = deadline
        if timer == nil || deadline < armedFor { arm(deadline, target, token) }
    }

    mutating func clear() { due = nil }

    /// To be called when the timer fires. Whether the deadline has come; otherwise the timer runs on to where it moved.
    mutating func hasPassed(_ target: any TimerTarget, token: UInt32) -> Bool {
        timer = nil
        guard let due else { return false }
        if due <= Reactor.shared.now {
            self.due = nil
            return true
        }
        arm(due, target, token)
        return false
    }

    /// Lets go of the target. Must be called before the owner is forgotten.
    mutating func cancel() {
        if let timer { Reactor.shared.cancel(timer) }
        timer = nil
        due = nil
    }

    private mutating func arm(_ deadline: UInt64, _ target: any TimerTarget, _ token: UInt32) {
        if let timer { Reactor.shared.cancel(timer) }
        timer = Reactor.shared.schedule(at: deadline, target, token: token)
        armedFor = deadline
    }
}
