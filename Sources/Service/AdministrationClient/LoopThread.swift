internal import Runtime

/// Gives a process without an event loop one, on a thread of its own that ends with the process.
enum LoopThread {
    private static let thread: WorkThread? = {
        guard !EventLoop.executor.isRunning else { return nil }
        let thread = WorkThread(name: "loop")
        thread.submit { EventLoop.run {} }
        return thread
    }()

    /// At most once a process; a loop that runs already is used.
    static func start() { _ = thread }
}
