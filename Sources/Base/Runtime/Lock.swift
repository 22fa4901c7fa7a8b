internal import Glibc

/// A lock around a value. A pthread mutex and not `Synchronization.Mutex`, whose atomics the thread sanitizer of this
/// toolchain does not see, so that it reports races that are not there.
///
/// Rules: only around value types, never across a suspension point, never while calling out.
package final class Lock<State>: @unchecked Sendable {
    // SAFETY: `state` is touched between lock and unlock of `mutex` only.
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ state: sending State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    package func withLock<Result, Failure>(
        _ body: (inout sending State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }
}
