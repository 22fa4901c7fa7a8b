/// A resource that blocks (a database connection, a signer on disk), owned by a thread of its own: others send it work
/// and wait without blocking.
package final class Confined<Resource>: Sendable {
    private let thread: WorkThread
    private let box: Box

    private final class Box: @unchecked Sendable {
        // SAFETY: touched by jobs of `thread` only, which run one after another.
        var resource: Resource?
    }

    package enum Unavailable: Error, Sendable {
        /// More work waits than the thread's capacity.
        case overloaded
    }

    /// The resource is made on its thread by the first job.
    package init(name: String, capacity: Int = 4096) {
        thread = WorkThread(name: name, capacity: capacity)
        box = Box()
    }

    /// Makes the resource; blocks the caller. For start-up, before there is anything to serve.
    package func open<Failure>(_ make: @escaping @Sendable () throws(Failure) -> Resource) throws(Failure) {
        let outcome = Lock<Result<Bool, Failure>?>(nil)
        let made = Gate()
        let box = box
        thread.submit {
            do throws(Failure) {
                box.resource = try make()
                outcome.withLock { $0 = .success(true) }
            } catch {
                let failure = error
                outcome.withLock { $0 = .failure(failure) }
            }
            made.open()
        }
        made.wait()
        _ = try outcome.withLock { $0 }?.get()
    }

    /// Runs `body` with the resource on its thread and resumes the caller with what it returns.
    @EventLoop
    package func run<Value: Sendable>(
        _ body: @escaping @Sendable (Resource) -> Value
    ) async throws(Unavailable) -> Value {
        let box = box
        let result: Value? = await withUnsafeContinuation { continuation in
            let taken = thread.submit {
                // INVARIANT: `open` has run; whoever forgets it is told at the first use.
                guard let resource = box.resource else {
                    preconditionFailure("a confined resource is used before it is opened")
                }
                let value = body(resource)
                continuation.resume(returning: value)
            }
            if !taken { continuation.resume(returning: nil) }
        }
        guard let result else { throw .overloaded }
        return result
    }

    /// As `run`, for work whose outcome nobody waits for. False when it was not taken.
    @discardableResult
    package func submit(_ body: @escaping @Sendable (Resource) -> Void) -> Bool {
        let box = box
        return thread.submit { if let resource = box.resource { body(resource) } }
    }

    /// Ends the thread after what was submitted.
    package func finish() { thread.finish() }
}
