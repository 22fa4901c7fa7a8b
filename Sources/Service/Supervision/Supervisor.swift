internal import Files
package import Installation
package import Runtime
internal import Telemetry

/// Keeps the programs of one installation running and ends them in order: what `Roster` decides, done to processes.
/// Everything on the loop's thread, whose end (not the process's) is what children die with.
@EventLoop
package final class Supervisor {
    package enum Outcome: Sendable {
        case drained
        case failed(SupervisionError)
    }

    /// LIMIT: how long programs other than gateways may take to end.
    private static let patience: UInt64 = .seconds(10)

    private var roster = Roster()
    private var children: [String: ChildProcess] = [:]
    /// Length of each log before its program's last start.
    private var logMarks: [String: Int64] = [:]
    private var failure: SupervisionError?
    private var book = ProgramBook()
    /// Writes the book down, away from the loop: a restart does not wait for a disk.
    private let bookWriter = Confined<String>(name: "programs", capacity: 64)
    private let log: Logger
    /// The log's file; nil when it could not be opened, and then standard error stands in.
    private let logFile: AppendFile?
    private let alarm: EndAlarm
    private let folder: DataFolder
    private let gatewayPatience: UInt64
    private let environment = Supervisor.childEnvironment
    private let say: @EventLoop (String) -> Void
    private let over: @EventLoop (Outcome) -> Void
    /// Called when a program has another pid than before.
    package var changed: @EventLoop () -> Void = {}

    /// - Parameter say: takes one line for whoever runs this.
    /// - Parameter over: called once, when no program runs any more.
    package init(
        _ folder: DataFolder, drainSeconds: Int, say: @escaping @EventLoop (String) -> Void,
        over: @escaping @EventLoop (Outcome) -> Void
    ) {
        self.folder = folder
        gatewayPatience = .seconds(UInt64(max(0, drainSeconds)) + 5)
        self.say = say
        self.over = over
        // Without its file the log goes where `say` goes.
        logFile = try? AppendFile(folder.log(of: Supervisor.name))
        log =
            logFile.map { file in Logger(node: Supervisor.name) { _ = try? file.append($0) } }
            ?? Logger(node: Supervisor.name)
        alarm = EndAlarm(folder)
        let path = folder.programs
        bookWriter.open { () throws(Never) in path }
    }

    /// In its log and in what it tells the console.
    nonisolated static let name = "supervisor"

    package var isEnding: Bool { roster.isEnding }

    package func pids(of rank: Program.Rank) -> [Int32] {
        roster.running.filter { $0.program.rank == rank }.map(\.pid)
    }

    package func start(_ program: Program) { handle(.added(program)) }
    /// The start is complete: from now on every program that ends is started again.
    package func settle() { handle(.settled) }
    package func signal() { handle(.signalled) }

    /// The start failed. While the programs are being ended, whatever fails is a consequence of that and no failure.
    package func fail(_ error: SupervisionError) {
        guard !isEnding else { return }
        if failure == nil { failure = error }
        handle(.failed)
    }

    /// What a program wrote last to its log since it was started, as a sentence.
    package func lastWord(of name: String) -> String? {
        LogTail.lastLine(of: folder.log(of: name), since: logMarks[name] ?? 0)
    }

    /// A program that crashes ends at once: Swift's own backtracer takes seconds, in which the port stays taken, and
    /// prints registers and the memory that they point to, which may be content. Whoever wants it sets it.
    private nonisolated static var childEnvironment: [String: String] {
        var environment = CurrentProcess.environment
        if environment["SWIFT_BACKTRACE"] == nil { environment["SWIFT_BACKTRACE"] = "enable=no" }
        return environment
    }

    private func handle(_ event: Roster.Event) {
        for action in roster.step(event, now: Clocks.monotonic) { perform(action) }
        guard book.hasChanged else { return }
        let bytes = ProgramStates.encoded(book.taken(), supervisor: CurrentProcess.pid)
        // What cannot be written is not reported; the programs run all the same.
        bookWriter.submit { path in _ = try? WholeFile.replace(path, bytes) }
    }

    private func perform(_ action: Roster.Action) {
        switch action {
        case .launch(let program): launch(program)
        case .launchLater(let name, let nanoseconds):
            after(nanoseconds, .due(name: name))
            if let state = book.waits(name, nanoseconds) { report(state) }
        case .terminate(let name): children[name]?.terminate()
        case .destroy(let name): children[name]?.destroy()
        case .watch(let rank):
            after(rank == .gateway ? gatewayPatience : Supervisor.patience, .patienceEnded(rank))
        case .giveUp(let program, let end):
            guard failure == nil else { return }
            failure = .programFailed(
                name: program.name, end: end.described, line: lastWord(of: program.name),
                log: folder.log(of: program.name))
        case .lost(let program, let end):
            book.ended(
                program.name, end.described, why: lastWord(of: program.name), at: Clocks.wall, now: Clocks.monotonic)
        case .finished:
            // Children hold their supervisor until the last one has ended.
            children = [:]
            over(failure.map { .failed($0) } ?? (roster.wasCutShort ? .failed(.cutShort) : .drained))
        }
    }

    /// To whoever runs this, into the log, and as an alert to the console.
    private func report(_ state: ProgramState) {
        guard let problem = state.problem else { return }
        say(problem)
        log.error(
            "program_ended",
            [
                "program": .name(state.name), "how": .setting(state.lastEnd?.how ?? ""),
                "why": .setting(state.lastEnd?.why ?? ""), "in_a_row": .count(state.endsInARow),
                "restart_after_ms": .count(state.delayNanoseconds / 1_000_000),
            ])
        alarm.take(state)
    }

    private func launch(_ program: Program) {
        let log = folder.log(of: program.name)
        logMarks[program.name] = LogTail.length(of: log)
        do throws(ChildProcess.LaunchFailure) {
            let child = try ChildProcess(
                program: program.executable, arguments: program.arguments, environment: environment, log: log
            ) { [self] end in handle(.ended(name: program.name, end)) }
            children[program.name] = child
            book.launched(program.name, child.pid, now: Clocks.monotonic)
            handle(.launched(name: program.name, pid: child.pid))
            changed()
        } catch {
            if roster.phase == .starting, failure == nil { failure = .launch(error) }
            handle(.ended(name: program.name, .exited(status: 127)))
        }
    }

    private func after(_ nanoseconds: UInt64, _ event: Roster.Event) {
        Delay.call(after: nanoseconds) { [self] in handle(event) }
    }
}
