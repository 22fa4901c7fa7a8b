internal import Installation
internal import Vocabulary

/// What happened to each program, for the log, the console and whoever asks: kept as values, told by `Supervisor`.
struct ProgramBook {
    /// LIMIT: bytes of a program's last word that are passed on.
    private static let wordBytes = 400

    private var states: [ProgramState] = []
    private var launchedAt: [String: UInt64] = [:]
    private(set) var hasChanged = false

    private mutating func change(_ name: String, _ body: (inout ProgramState) -> Void) -> ProgramState {
        let index =
            states.firstIndex { $0.name == name }
            ?? {
                states.append(ProgramState(name: name))
                return states.count - 1
            }()
        body(&states[index])
        hasChanged = true
        return states[index]
    }

    mutating func launched(_ name: String, _ pid: Int32, now: UInt64) {
        launchedAt[name] = now
        _ = change(name) { state in
            if state.lastEnd != nil { state.restarts += 1 }
            state.pid = pid
        }
    }

    /// - Parameters:
    ///   - at: nanoseconds since 1970.
    ///   - now: nanoseconds of a clock that never goes back.
    mutating func ended(_ name: String, _ how: String, why: String?, at: Int64, now: UInt64) {
        let wasHealthy = now &- (launchedAt[name] ?? now) >= RestartDelay.healthy
        _ = change(name) { state in
            state.pid = nil
            state.endsInARow = wasHealthy ? 1 : state.endsInARow + 1
            state.lastEnd = ProgramState.End(
                how: how, why: why.map { String(decoding: $0.utf8.prefix(ProgramBook.wordBytes), as: UTF8.self) },
                at: Instant(nanoseconds: at))
        }
    }

    /// The state of a program that is started again after so long; nil for one that is not known.
    mutating func waits(_ name: String, _ nanoseconds: UInt64) -> ProgramState? {
        guard states.contains(where: { $0.name == name }) else { return nil }
        return change(name) { $0.delayNanoseconds = nanoseconds }
    }

    /// All states; from now on nothing has changed.
    mutating func taken() -> [ProgramState] {
        hasChanged = false
        return states
    }
}
