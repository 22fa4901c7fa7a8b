internal import CLinux
internal import Glibc

/// Work that is done again and again, with its state in an object that is there already: handing it over allocates
/// nothing.
package protocol WorkItem: AnyObject, Sendable {
    /// Called on the thread.
    func work()
}

/// A thread for calls that block: disk flushes, the control store, name look-ups. Jobs run one after another in the
/// order they came. Results go back by `EventLoop.post`.
package final class WorkThread: @unchecked Sendable {
    /// LIMIT: jobs that may wait. A caller that meets it has lost its backpressure and must refuse instead.
    package let capacity: Int
    private let name: String
    // SAFETY: `queue` and `stopped` are touched under `mutex` only.
    private var queue: [Job] = []
    private var stopped = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrived = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var thread = pthread_t()

    private enum Job {
        case closure(@Sendable () -> Void)
        case item(any WorkItem)
    }

    package init(name: String, capacity: Int = 4096) {
        self.name = name
        self.capacity = capacity
        mutex.initialize(to: pthread_mutex_t())
        arrived.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrived, nil)
        let this = Unmanaged.passRetained(self).toOpaque()
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<WorkThread>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, this)
        precondition(failure == 0, "thread \(name) could not be started: errno \(failure)")
    }

    /// False when the queue is full or the thread was stopped; the job was then not taken.
    @discardableResult
    package func submit(_ job: @escaping @Sendable () -> Void) -> Bool { take(.closure(job)) }

    /// As above, for an item that is not under way.
    @discardableResult
    package func submit(_ item: any WorkItem) -> Bool { take(.item(item)) }

    private func take(_ job: Job) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !stopped, queue.count < capacity else { return false }
        queue.append(job)
        if queue.count == 1 { pthread_cond_signal(arrived) }
        return true
    }

    /// Runs what was submitted, then ends the thread and waits for it. Not from the thread itself.
    package func finish() {
        pthread_mutex_lock(mutex)
        let first = !stopped
        stopped = true
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
        if first { pthread_join(thread, nil) }
    }

    private func run() {
        // A signal taken here would end the process by its default, past the loop that drains.
        Signals.block()
        name.withCString { portcullis_name_thread($0) }
        var jobs: [Job] = []
        while true {
            pthread_mutex_lock(mutex)
            while queue.isEmpty && !stopped { pthread_cond_wait(arrived, mutex) }
            swap(&jobs, &queue)
            pthread_mutex_unlock(mutex)
            if jobs.isEmpty { return }
            for job in jobs {
                switch job {
                case .closure(let closure): closure()
                case .item(let item): item.work()
                }
            }
            jobs.removeAll(keepingCapacity: true)
        }
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(arrived)
        mutex.deallocate()
        arrived.deallocate()
    }
}
