/// The one thread of a process on which sockets, timers and requests live. Everything marked `@EventLoop` is touched
/// by that thread alone, so it needs no lock and no hop; the compiler checks it.
///
/// A process has one loop; more cores means more processes (see ARCHITECTURE.md, "Nodes").
@globalActor
package actor EventLoop {
    package static let shared = EventLoop()
    package nonisolated static let executor = LoopExecutor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.executor.asUnownedSerialExecutor() }

    /// Takes over the calling thread until `Reactor.stop`. `start` runs first, on the loop.
    package nonisolated static func run<Failure>(_ start: @EventLoop () throws(Failure) -> Void) throws(Failure) {
        executor.adoptThread()
        try assumeIsolated { () throws(Failure) in
            try start()
            Reactor.shared.run()
        }
    }

    /// Starts a task on the loop. Whoever starts one owns its end: a request's task ends with the request.
    @discardableResult
    package nonisolated static func spawn(_ body: sending @escaping @EventLoop () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: executor) { await body() }
    }

    /// Runs `body` on the loop soon; from any thread.
    package nonisolated static func post(_ body: sending @escaping @EventLoop () -> Void) {
        Task(executorPreference: executor) { await body() }
    }

    /// Has the item land on the loop soon; from any thread, and without an allocation.
    package nonisolated static func post(_ item: any LoopItem) { executor.enqueue(item) }

    /// Says to the compiler what is true: that this is the loop's thread. Traps when it is not.
    package nonisolated static func assumeIsolated<Result, Failure>(
        _ operation: @EventLoop () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        executor.checkIsolated()
        // SAFETY: an isolated synchronous function has the representation of a plain one; the check above makes the
        // isolation true. The standard library's `MainActor.assumeIsolated` does the same.
        return try withoutActuallyEscaping(operation) { (isolated) throws(Failure) -> Result in
            let plain = unsafeBitCast(isolated, to: (() throws(Failure) -> Result).self)
            return try plain()
        }
    }

    /// Suspends for at least `nanoseconds` without holding a thread.
    @EventLoop
    package static func sleep(nanoseconds: UInt64) async {
        await withUnsafeContinuation { continuation in
            _ = Reactor.shared.schedule(after: nanoseconds, Alarm(continuation), token: 0)
        }
    }
}

/// Resumes a sleeper.
private final class Alarm: TimerTarget {
    private let continuation: UnsafeContinuation<Void, Never>
    init(_ continuation: UnsafeContinuation<Void, Never>) { self.continuation = continuation }
    func timerFired(token: UInt32) { continuation.resume() }
}
