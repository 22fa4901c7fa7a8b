// Proves that real processes (a shell) are started again, drained in order, killed by a second signal, and that a start
// which cannot succeed ends with the last line of whoever said so.
import Files
import Installation
import Runtime
import TestKit
import Testing

@testable import Supervision

struct SupervisorTests {
    private let scratch: Scratch
    init() throws {
        TestLoop.start()
        scratch = try Scratch()
    }

    private func shell(_ name: String, _ rank: Program.Rank, _ script: String) -> Program {
        Program(name: name, rank: rank, executable: "/bin/sh", arguments: ["-c", script])
    }

    /// Runs `body` with a supervisor and waits for its outcome. Nil when it drained.
    private func outcome(_ body: @escaping @Sendable @EventLoop (Supervisor) async -> Void) async -> String? {
        let folder = scratch.folder
        return await withUnsafeContinuation { continuation in
            EventLoop.spawn {
                let supervisor = Supervisor(folder, drainSeconds: 20, say: { _ in }) { outcome in
                    if case .failed(let error) = outcome { return continuation.resume(returning: error.message) }
                    continuation.resume(returning: nil)
                }
                await body(supervisor)
            }
        }
    }

    /// Waits until a program has written this line.
    @EventLoop private static func line(_ line: String, in path: String, times: Int = 1) async {
        let deadline = Clocks.monotonic + .seconds(20)
        while Clocks.monotonic < deadline {
            let text = (try? WholeFile.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if text.split(separator: "\n").count(where: { $0 == line }) >= times { return }
            await EventLoop.sleep(nanoseconds: .milliseconds(2))
        }
        Issue.record("\(path) has no line \(line)")
    }

    @Test func aCrashedProgramComesBack() async {
        let log = scratch.folder.log(of: "gw1")
        let failure = await outcome { supervisor in
            var changes = 0
            supervisor.changed = { changes += 1 }
            supervisor.start(shell("gw1", .gateway, "echo up >&2; exit 1"))
            supervisor.settle()
            await Self.line("up", in: log, times: 3)
            #expect(changes >= 3)
            supervisor.signal()
            #expect(supervisor.isEnding)
        }
        #expect(failure == nil)
    }

    @Test func programsDrainInOrder() async throws {
        let book = scratch.folder.root + "/book"
        let failure = await outcome { supervisor in
            for (name, rank) in [("a-simulator", Program.Rank.simulator), ("console", .console), ("gw1", .gateway)] {
                supervisor.start(
                    shell(
                        name, rank,
                        "trap 'echo \(name) >> \(book); exit 0' TERM; echo up >&2; while :; do sleep 0.01; done"))
            }
            for name in ["a-simulator", "console", "gw1"] { await Self.line("up", in: scratch.folder.log(of: name)) }
            supervisor.settle()
            supervisor.signal()
        }
        #expect(failure == nil)
        #expect(String(decoding: try WholeFile.read(book, limit: 1000), as: UTF8.self) == "gw1\nconsole\na-simulator\n")
    }

    @Test func whatFailsDuringADrainIsNoFailure() async {
        let failure = await outcome { supervisor in
            supervisor.start(
                shell("console", .console, "trap 'exit 0' TERM; echo up >&2; while :; do sleep 0.01; done"))
            await Self.line("up", in: scratch.folder.log(of: "console"))
            supervisor.signal()
            supervisor.fail(.refused(call: "POST /api/keys", status: 503, message: "the ledger is closed"))
        }
        #expect(failure == nil)
    }

    @Test func aSecondSignalEndsWhoDoesNotListen() async {
        let failure = await outcome { supervisor in
            supervisor.start(shell("gw1", .gateway, "trap '' TERM; echo up >&2; while :; do sleep 0.01; done"))
            await Self.line("up", in: scratch.folder.log(of: "gw1"))
            supervisor.settle()
            supervisor.signal()
            supervisor.signal()
        }
        #expect(failure == SupervisionError.cutShort.message)
    }

    @Test(arguments: [
        (
            "echo 'portcullis: console: no such folder; make one' >&2; exit 3",
            "console cannot start: console: no such folder; make one"
        ),
        (
            #"echo '{"time_unix_ns":1,"level":"error","event":"fenced_off","node":"gw1","errno":28}' >&2; exit 2"#,
            "console cannot start: fenced off, errno 28"
        ),
    ])
    func aStartThatCannotSucceedEndsWithTheReason(script: String, message: String) async throws {
        let failure = await outcome { supervisor in
            supervisor.start(shell("other", .simulator, "exec sleep 600"))
            supervisor.start(shell("console", .console, script))
        }
        #expect(failure == message)
    }

    @Test func oldLinesOfALogAreNotTheReason() async throws {
        let log = scratch.folder.log(of: "console")
        try WholeFile.replace(log, Array("an old reason\n".utf8))
        let failure = await outcome { $0.start(shell("console", .console, "exit 3")) }
        #expect(failure == "console ended with status 3 at its start and said nothing; look into \(log)")
    }

    @Test func aMissingProgramIsNamed() async {
        let failure = await outcome { supervisor in
            supervisor.start(Program(name: "console", rank: .console, executable: "/nowhere/x", arguments: []))
        }
        #expect(failure?.contains("console ended with status 127 at its start") == true)
    }

    @Test func childrenStandInAGroupOfTheirOwn() async {
        let log = scratch.folder.log(of: "gw1")
        let failure = await outcome { supervisor in
            supervisor.start(
                shell("gw1", .gateway, "set -- $(cat /proc/$$/stat); [ $5 = $$ ] && echo alone >&2; exec sleep 600"))
            await Self.line("alone", in: log)
            supervisor.settle()
            supervisor.signal()
        }
        #expect(failure == nil)
    }
}
