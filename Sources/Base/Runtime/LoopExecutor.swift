internal import CLinux
internal import Glibc
internal import Synchronization

/// What comes back to the loop again and again, in an object that is there already: no task is made for it.
package protocol LoopItem: AnyObject, Sendable {
    @EventLoop func landed()
}

/// Runs the jobs of Swift's concurrency on the loop's thread. It is the serial executor of `EventLoop` and the
/// preferred task executor of every task that the loop starts: with both the same, a resumed continuation is one entry
/// in a queue, with one of them missing it goes through the global pool and costs 5 to 39 µs.
package final class LoopExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    // SAFETY: `local`, `running` and `arrived` belong to the loop's thread; `foreign` is behind its lock; `thread` is
    // written once and published by `turning`.
    private var local: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var arrived = Foreign()
    private let foreign = Lock(Foreign())
    private var thread: pthread_t?
    private let turning = Atomic(false)
    private let wakeup: Int32

    /// From other threads.
    private struct Foreign {
        var jobs: [UnownedJob] = []
        var items: [any LoopItem] = []
        var count: Int { jobs.count + items.count }
    }

    init() {
        wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        precondition(wakeup >= 0, "no event descriptor: the process has run out of descriptors at its start")
    }

    /// Becomes readable when another thread has put a job in.
    var wakeupDescriptor: Int32 { wakeup }

    /// Makes the calling thread the loop's.
    func adoptThread() {
        precondition(thread == nil, "the event loop runs once in a process")
        thread = pthread_self()
        turning.store(true, ordering: .releasing)
    }

    /// Whether a thread has taken the loop over; from any thread.
    package var isRunning: Bool { turning.load(ordering: .acquiring) }

    package var isCurrent: Bool {
        guard isRunning, let thread else { return false }
        return pthread_equal(thread, pthread_self()) != 0
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            local.append(job)
            return
        }
        let wasEmpty = foreign.withLock { foreign in
            foreign.jobs.append(job)
            return foreign.count == 1
        }
        if wasEmpty { wake() }
    }

    func enqueue(_ item: any LoopItem) {
        let wasEmpty = foreign.withLock { foreign in
            foreign.items.append(item)
            return foreign.count == 1
        }
        if wasEmpty || isCurrent { wake() }
    }

    package func checkIsolated() { precondition(isCurrent, "not on the event loop's thread") }
    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    func wake() { eventfd_write(wakeup, 1) }

    func clearWakeup() {
        var count: eventfd_t = 0
        eventfd_read(wakeup, &count)
    }

    var hasJobs: Bool { !local.isEmpty || foreign.withLock { $0.count > 0 } }

    /// Runs what is queued now and what that queues, at most `rounds` times over, so that sockets get their turn.
    @EventLoop
    func runJobs(rounds: Int) {
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        for _ in 0..<rounds {
            foreign.withLock { swap(&$0, &arrived) }
            local.append(contentsOf: arrived.jobs)
            arrived.jobs.removeAll(keepingCapacity: true)
            for item in arrived.items { item.landed() }
            arrived.items.removeAll(keepingCapacity: true)
            if local.isEmpty { return }
            swap(&local, &running)
            for job in running { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
            running.removeAll(keepingCapacity: true)
        }
    }
}
