internal import AdministrationClient
internal import Installation
internal import JSON
internal import Runtime
internal import Vocabulary

/// Tells the console of programs that ended by themselves, and of those that do so again and again; the console records
/// it. While the console itself is what ends, alerts wait for it.
@EventLoop
final class EndAlarm {
    /// LIMIT: alerts that wait for the console; beyond it the oldest is dropped, which stays in the supervisor's log.
    private static let capacity = 64
    private static let retry: UInt64 = .seconds(1)
    /// A crash loop is told when it begins, and then once in so long.
    private static let quietTime: UInt64 = .seconds(600)

    private let client: AdminClient
    private var waiting: [[UInt8]] = []
    private var toldLoops: [String: UInt64] = [:]
    private var isRunning = false

    init(_ folder: DataFolder) { client = AdminClient(console: folder) }

    func take(_ state: ProgramState) {
        guard let problem = state.problem, let end = state.lastEnd else { return }
        let now = Clocks.monotonic
        if !state.isLooping {
            toldLoops[state.name] = nil
        } else {
            if let told = toldLoops[state.name], now &- told < EndAlarm.quietTime { return }
            toldLoops[state.name] = now
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("node", Supervisor.name)
            object.member("kind", state.isLooping ? "crash_loop" : "program_ended")
            object.member("detail", problem)
            object.member("at", end.at.description)
        }
        waiting.append(writer.bytes)
        if waiting.count > EndAlarm.capacity { waiting.removeFirst() }
        guard !isRunning else { return }
        isRunning = true
        EventLoop.spawn { await self.run() }
    }

    private func run() async {
        while let alert = waiting.first {
            do throws(AdminFailure) {
                let answer = try await client.send("POST", "/control/alerts", body: alert)
                // A console that cannot record it now is asked again; one that does not want it will not later either.
                if answer.status != 503 {
                    if waiting.first == alert { waiting.removeFirst() }
                    continue
                }
            } catch {}
            await EventLoop.sleep(nanoseconds: EndAlarm.retry)
        }
        isRunning = false
    }
}
