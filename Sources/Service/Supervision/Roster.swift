package import Runtime

/// Which programs run, and what is done when one ends: events in, actions out. No process is touched here.
///
///     starting ──settled──▶ steady ──signal──▶ draining ──last one ended──▶ over
///        └───── a program cannot start ─────▶ failing ───────────────────▶ over
///
/// INVARIANT: after `over` no program runs and no event yields an action.
package struct Roster: Sendable {
    package enum Phase: Hashable, Sendable {
        /// Until `settled`: a program that says it cannot run (status 2 or 3) stops the whole start.
        case starting
        case steady
        /// The rank whose programs were asked to end. A second signal has come if `hurried`.
        case draining(Program.Rank, hurried: Bool)
        case failing
        case over
    }

    package enum Event: Equatable, Sendable {
        case added(Program)
        case launched(name: String, pid: Int32)
        /// Ended, or could not be launched at all (as status 127).
        case ended(name: String, ChildProcess.End)
        /// The time of a restart has come.
        case due(name: String)
        case settled
        /// The start failed for another reason than a program's end.
        case failed
        case signalled
        /// The programs of this rank have had the time that a drain may take.
        case patienceEnded(Program.Rank)
    }

    package enum Action: Equatable, Sendable {
        case launch(Program)
        case launchLater(name: String, nanoseconds: UInt64)
        case terminate(name: String)
        case destroy(name: String)
        /// Ask again with `patienceEnded` when the time of this rank is over.
        case watch(Program.Rank)
        /// The start ends because of this program.
        case giveUp(Program, ChildProcess.End)
        /// It ended by itself, and comes back.
        case lost(Program, ChildProcess.End)
        case finished
    }

    private struct Entry: Sendable {
        var program: Program
        var pid: Int32?
        var since: UInt64 = 0
        var delay = RestartDelay()
    }

    package private(set) var phase = Phase.starting
    /// Whether a drain had to be ended by force.
    package private(set) var wasCutShort = false
    private var entries: [Entry] = []

    package init() {}

    /// Running programs in the order in which they were added.
    package var running: [(program: Program, pid: Int32)] {
        entries.compactMap { entry in entry.pid.map { (entry.program, $0) } }
    }

    package var isEnding: Bool { phase != .starting && phase != .steady }

    /// - Parameter now: nanoseconds of a clock that never goes back.
    package mutating func step(_ event: Event, now: UInt64) -> [Action] {
        switch event {
        case .added(let program):
            guard !isEnding else { return [] }
            entries.append(Entry(program: program))
            return [.launch(program)]
        case .launched(let name, let pid):
            guard let index = index(name) else { return [] }
            entries[index].pid = pid
            entries[index].since = now
            return []
        case .ended(let name, let end):
            guard let index = index(name) else { return [] }
            entries[index].pid = nil
            return ended(index, end, now)
        case .due(let name):
            guard !isEnding, let index = index(name), entries[index].pid == nil else { return [] }
            return [.launch(entries[index].program)]
        case .settled:
            if phase == .starting { phase = .steady }
            return []
        case .failed: return fail()
        case .signalled: return signalled()
        case .patienceEnded(let rank):
            guard case .draining(rank, _) = phase else { return [] }
            wasCutShort = true
            return destroy { $0.program.rank == rank }
        }
    }

    private func index(_ name: String) -> Int? { entries.firstIndex { $0.program.name == name } }

    private mutating func ended(_ index: Int, _ end: ChildProcess.End, _ now: UInt64) -> [Action] {
        let program = entries[index].program
        switch phase {
        case .starting where end == .exited(status: 2) || end == .exited(status: 3) || end == .exited(status: 127):
            return [.giveUp(program, end)] + fail()
        case .starting, .steady:
            let delay = entries[index].delay.ended(ranFor: now &- entries[index].since)
            return [.lost(program, end), .launchLater(name: program.name, nanoseconds: delay)]
        case .draining: return drain()
        case .failing: return finishIfEmpty()
        case .over: return []
        }
    }

    private mutating func signalled() -> [Action] {
        switch phase {
        case .starting, .steady:
            phase = .draining(.gateway, hurried: false)
            return ask(.gateway) + drain()
        case .draining(let rank, hurried: false):
            phase = .draining(rank, hurried: true)
            wasCutShort = true
            return destroy { _ in true }
        case .draining, .failing, .over: return []
        }
    }

    /// Goes on to the next rank when the one before has ended.
    private mutating func drain() -> [Action] {
        var actions: [Action] = []
        while case .draining(let rank, let hurried) = phase {
            if entries.contains(where: { $0.program.rank == rank && $0.pid != nil }) { return actions }
            guard let next = Program.Rank(rawValue: rank.rawValue + 1) else {
                phase = .over
                return actions + [.finished]
            }
            phase = .draining(next, hurried: hurried)
            if !hurried { actions += ask(next) }
        }
        return actions
    }

    private func ask(_ rank: Program.Rank) -> [Action] {
        let named = entries.filter { $0.program.rank == rank && $0.pid != nil }.map(\.program.name)
        return named.isEmpty ? [] : named.map { .terminate(name: $0) } + [.watch(rank)]
    }

    private mutating func fail() -> [Action] {
        guard !isEnding else { return [] }
        phase = .failing
        return destroy { _ in true } + finishIfEmpty()
    }

    private mutating func finishIfEmpty() -> [Action] {
        guard entries.allSatisfy({ $0.pid == nil }) else { return [] }
        phase = .over
        return [.finished]
    }

    private func destroy(_ which: (Entry) -> Bool) -> [Action] {
        entries.filter { $0.pid != nil && which($0) }.map { .destroy(name: $0.program.name) }
    }
}
