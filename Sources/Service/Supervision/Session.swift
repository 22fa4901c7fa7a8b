internal import Installation
internal import Runtime

/// From the first program to the last one's end: signals, the start as a task, and the outcome.
enum Session {
    /// Runs the loop on the calling thread until no program runs.
    /// - Parameter start: brings everything up; what it returns fails the start.
    static func run(
        _ plan: LaunchPlan, say: @escaping @Sendable (String) -> Void,
        start: @escaping @Sendable @EventLoop (Launch) async -> SupervisionError?
    ) -> Result<Void, SupervisionError> {
        let result = Lock<Result<Void, SupervisionError>>(.success(()))
        let notifier = ServiceNotifier()
        EventLoop.run {
            if let period = notifier.watchdogNanoseconds {
                Ticker.every(nanoseconds: period) { notifier.watchdog() }
            }
            let supervisor = Supervisor(plan.folder, drainSeconds: plan.settings.drainSeconds, say: { say($0) }) {
                outcome in
                if case .failed(let error) = outcome { result.withLock { $0 = .failure(error) } }
                Reactor.shared.stop()
            }
            _ = Signals { _ in
                if !supervisor.isEnding {
                    say("ending: answers under way may finish; a second signal ends them at once")
                }
                notifier.stopping()
                supervisor.signal()
            }
            let launch = Launch(plan, supervisor, notifier)
            EventLoop.spawn {
                if let error = await start(launch) { supervisor.fail(error) }
            }
        }
        return result.withLock { $0 }
    }
}
