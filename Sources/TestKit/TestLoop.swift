internal import Glibc
internal import Runtime

/// The process's event loop on a thread of its own, for tests that need sockets. Started once, never stopped: it ends
/// with the test process.
package enum TestLoop {
    private static let thread: Void = {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { _ in
                EventLoop.run {}
                return nil
            }, nil)
        while !EventLoop.executor.isRunning { sched_yield() }
    }()

    package static func start() { thread }
}
