internal import CLinux
internal import Glibc

/// What a descriptor is ready for, or what its owner waits for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer has closed its sending side or the whole connection.
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Error or hang-up; reported whether asked for or not.
    package static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    /// Interest only: told once when it becomes so, not again and again while it is so, which spares the kernel a
    /// second look at the socket after each event. Whoever leaves something unread must ask again: `Reactor.modify`.
    package static let once = Readiness(rawValue: EPOLLET.rawValue)
}

/// Whoever owns a descriptor in the loop.
@EventLoop
package protocol EventSource: AnyObject {
    func ready(_ events: Readiness)
}

/// Whoever waits for a time. One object may hold several timers, told apart by their tokens.
@EventLoop
package protocol TimerTarget: AnyObject {
    func timerFired(token: UInt32)
}

/// Whoever has gathered output during a turn. The messages of a turn leave one after another: the other side is woken
/// by the first, and the kernel's way out is walked while it is still in the processor's cache.
@EventLoop
package protocol TurnEndSender: AnyObject {
    func turnEnded()
}

/// The loop itself: waits for descriptors and deadlines, tells their owners, runs the jobs of tasks, and calls the
/// hooks at the end of each turn, where work that was gathered during the turn is sent off in one piece.
@EventLoop
package final class Reactor {
    package static let shared = Reactor()

    /// LIMIT: events taken per turn; the rest wait for the next.
    private static let eventsPerTurn = 256
    /// LIMIT: how often jobs that queue jobs are run before the descriptors get their turn again.
    private static let jobRoundsPerTurn = 16

    private struct Slot {
        var source: (any EventSource)?
        var generation: UInt32 = 0
    }

    /// A registered descriptor. Cancel it before the descriptor is closed.
    package struct Registration: Sendable {
        fileprivate let slot: Int
        fileprivate let generation: UInt32
        package let descriptor: Int32
    }

    private let poll: Int32
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var timers: TimerWheel<(target: any TimerTarget, token: UInt32)>
    private var turnHooks: [@EventLoop () -> Void] = []
    private var senders: [any TurnEndSender] = []
    private var sending: [any TurnEndSender] = []
    private var stopping = false
    /// CLOCK_MONOTONIC at the start of this turn, in nanoseconds: what deadlines are counted from.
    package private(set) var now: UInt64

    private init() {
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(poll >= 0, "no epoll descriptor: the process has run out of descriptors at its start")
        now = Clocks.monotonic
        timers = TimerWheel(now: now)
        // Slot 0 is the wake-up of the executor.
        slots.append(Slot())
        portcullis_epoll_add(poll, EventLoop.executor.wakeupDescriptor, EPOLLIN.rawValue, 0)
    }

    // MARK: Descriptors

    /// Errors are errno values: EPERM for a descriptor that cannot wait (a file), ENOSPC beyond the kernel's limit.
    package func register(_ descriptor: Int32, _ source: any EventSource, _ interest: Readiness) -> Registration? {
        let slot: Int
        if let reused = freeSlots.popLast() {
            slot = reused
        } else {
            slot = slots.count
            slots.append(Slot())
        }
        slots[slot].source = source
        let generation = slots[slot].generation
        guard portcullis_epoll_add(poll, descriptor, interest.rawValue, datum(slot, generation)) == 0 else {
            release(slot)
            return nil
        }
        return Registration(slot: slot, generation: generation, descriptor: descriptor)
    }

    package func modify(_ registration: Registration, _ interest: Readiness) {
        let datum = datum(registration.slot, registration.generation)
        portcullis_epoll_modify(poll, registration.descriptor, interest.rawValue, datum)
    }

    package func cancel(_ registration: Registration) {
        guard slots[registration.slot].generation == registration.generation else { return }
        portcullis_epoll_delete(poll, registration.descriptor)
        release(registration.slot)
    }

    /// For a descriptor that is closed right after: the kernel then takes it out by itself, which spares thousands of
    /// calls where thousands of streams end at once. Should another process still hold it, what it tells is nobody's.
    package func cancelClosing(_ registration: Registration) {
        guard slots[registration.slot].generation == registration.generation else { return }
        release(registration.slot)
    }

    private func release(_ slot: Int) {
        slots[slot].source = nil
        slots[slot].generation &+= 1
        freeSlots.append(slot)
    }

    private func datum(_ slot: Int, _ generation: UInt32) -> UInt64 { UInt64(generation) << 32 | UInt64(slot) }

    // MARK: Time

    package struct Timer: Sendable {
        fileprivate let ticket: TimerWheel<(target: any TimerTarget, token: UInt32)>.Ticket
    }

    package func schedule(after nanoseconds: UInt64, _ target: any TimerTarget, token: UInt32) -> Timer {
        schedule(at: now &+ nanoseconds, target, token: token)
    }

    package func schedule(at deadline: UInt64, _ target: any TimerTarget, token: UInt32) -> Timer {
        Timer(ticket: timers.schedule(at: deadline, (target, token)))
    }

    package func cancel(_ timer: Timer) { timers.cancel(timer.ticket) }

    // MARK: Turns

    /// Called at the end of every turn, after events, timers and jobs, in the order of addition.
    package func addTurnHook(_ hook: @escaping @EventLoop () -> Void) { turnHooks.append(hook) }

    /// Calls `sender` once at the end of this turn, after the hooks.
    package func atTurnEnd(_ sender: any TurnEndSender) { senders.append(sender) }

    /// Ends `run` after the current turn.
    package func stop() {
        stopping = true
        EventLoop.executor.wake()
    }

    func run() {
        var events = [UInt32](repeating: 0, count: Reactor.eventsPerTurn)
        var data = [UInt64](repeating: 0, count: Reactor.eventsPerTurn)
        while !stopping {
            let count = portcullis_epoll_wait(poll, &events, &data, Int32(Reactor.eventsPerTurn), timeoutMilliseconds())
            precondition(count >= 0 || errno == EINTR, "epoll_wait failed with errno \(errno)")
            now = Clocks.monotonic
            for index in 0..<Int(max(0, count)) { dispatch(data[index], Readiness(rawValue: events[index])) }
            while let due = timers.popDue(now: now) { due.target.timerFired(token: due.token) }
            EventLoop.executor.runJobs(rounds: Reactor.jobRoundsPerTurn)
            for hook in turnHooks { hook() }
            // Also what the hooks gave, and what a failed sending brought about.
            while !senders.isEmpty { sendAll() }
        }
    }

    private func sendAll() {
        swap(&senders, &sending)
        for sender in sending { sender.turnEnded() }
        sending.removeAll(keepingCapacity: true)
    }

    private func dispatch(_ datum: UInt64, _ events: Readiness) {
        let slot = Int(datum & 0xFFFF_FFFF)
        if slot == 0 {
            EventLoop.executor.clearWakeup()
            return
        }
        // A source that an earlier event of this turn cancelled has another generation by now.
        guard slots[slot].generation == UInt32(datum >> 32) else { return }
        slots[slot].source?.ready(events)
    }

    private func timeoutMilliseconds() -> Int32 {
        if EventLoop.executor.hasJobs { return 0 }
        guard let deadline = timers.nextDeadline else { return -1 }
        let current = Clocks.monotonic
        guard deadline > current else { return 0 }
        return Int32(clamping: (deadline - current + 999_999) / 1_000_000)
    }
}
