package import JSON
package import Vocabulary

/// What a supervisor knows of one program that it keeps running.
package struct ProgramState: Sendable, Equatable {
    /// Why it ended the last time, and when.
    package struct End: Sendable, Equatable {
        /// As the verb of a sentence: `was ended by signal 9`.
        package var how: String
        /// What it wrote last to its log; nil when it said nothing.
        package var why: String?
        package var at: Instant

        package init(how: String, why: String?, at: Instant) {
            self.how = how
            self.why = why
            self.at = at
        }
    }

    /// Ends in a row, each soon after the start, from which on a program is in a crash loop.
    package static let loop = 3

    package var name: String
    /// Nil while it does not run.
    package var pid: Int32?
    /// Starts after ends that nobody had asked for, since the supervisor began.
    package var restarts = 0
    /// Ends since it last stayed up.
    package var endsInARow = 0
    package var lastEnd: End?
    /// How long the supervisor waits, from the last end on, before it starts the program again.
    package var delayNanoseconds: UInt64 = 0

    package init(name: String) { self.name = name }

    package var isLooping: Bool { endsInARow >= ProgramState.loop }

    /// One sentence when something is wrong now; nil when it runs and has not come back again and again.
    package var problem: String? {
        guard pid == nil || isLooping, let lastEnd else { return nil }
        let times = endsInARow > 1 ? ", \(endsInARow) times in a row" : ""
        let wait = pid == nil ? "; it is started again after \(delayNanoseconds / 1_000_000) ms" : ""
        return "\(name) \(lastEnd.how)\(times)\(wait)" + (lastEnd.why.map { ": \($0)" } ?? "")
    }

    package func write(to object: inout JSONWriter) {
        object.member("name", name)
        object.key("pid")
        if let pid { object.integer(pid) } else { object.null() }
        object.member("restarts", restarts)
        object.member("ends_in_a_row", endsInARow)
        object.member("last_end", lastEnd?.how)
        object.member("last_end_at", lastEnd?.at.description)
        object.member("why", lastEnd?.why)
        object.member("delay_ms", delayNanoseconds / 1_000_000)
    }
}

/// The states of all programs of an installation as the supervisor leaves them in `run/programs.json`, for whoever
/// reports them.
package enum ProgramStates {
    /// LIMIT: bytes of the file; 257 programs of some hundred bytes.
    package static let maximumBytes = 1 << 20

    package static func encoded(_ states: [ProgramState], supervisor: Int32) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("supervisor", Int64(supervisor))
            object.member(
                "programs", array: { list in for state in states { list.object { state.write(to: &$0) } } })
        }
        return writer.bytes + [0x0A]
    }

    /// Empty for what is no such file: programs that run without a supervisor have none.
    package static func decoded(_ bytes: [UInt8]) -> [ProgramState] {
        var parser = JSONParser()
        guard let root = (try? parser.parse(bytes))?.root else { return [] }
        return root["programs"]?.elements.compactMap { entry in
            guard let name = entry["name"]?.string else { return nil }
            var state = ProgramState(name: name)
            state.pid = entry["pid"]?.integer.flatMap { Int32(exactly: $0) }
            state.restarts = entry["restarts"]?.integer.flatMap { Int(exactly: $0) } ?? 0
            state.endsInARow = entry["ends_in_a_row"]?.integer.flatMap { Int(exactly: $0) } ?? 0
            if let how = entry["last_end"]?.string, let at = entry["last_end_at"]?.string.flatMap({ Instant($0) }) {
                state.lastEnd = ProgramState.End(how: how, why: entry["why"]?.string, at: at)
            }
            let delay = entry["delay_ms"]?.integer.flatMap { UInt64(exactly: $0) } ?? 0
            state.delayNanoseconds = delay.multipliedReportingOverflow(by: 1_000_000).partialValue
            return state
        } ?? []
    }
}
