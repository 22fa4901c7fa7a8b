internal import Glibc

/// Holds threads until it is opened, once. Never waited for on the event loop.
package final class Gate: Sendable {
    // SAFETY: a semaphore is made for being used by several threads.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    package init() {
        semaphore = .allocate(capacity: 1)
        semaphore.initialize(to: sem_t())
        sem_init(semaphore, 0, 0)
    }

    package func open() { sem_post(semaphore) }

    package func wait() {
        while sem_wait(semaphore) != 0 {}
        sem_post(semaphore)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }
}
