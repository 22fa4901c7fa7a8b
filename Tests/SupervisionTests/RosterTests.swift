// Proves what is done when a program ends, in every phase, by tables of events and actions; no process is started.
import Runtime
import Testing

@testable import Supervision

struct RosterTests {
    private static let gateway = Program(name: "gw1", rank: .gateway, executable: "/x", arguments: [])
    private static let second = Program(name: "gw2", rank: .gateway, executable: "/x", arguments: [])
    private static let console = Program(name: "console", rank: .console, executable: "/x", arguments: [])
    private static let vendor = Program(name: "simulator-a", rank: .simulator, executable: "/x", arguments: [])

    /// A roster in which these programs run.
    private func roster(_ programs: [Program], settled: Bool = true) -> Roster {
        var roster = Roster()
        for (index, program) in programs.enumerated() {
            #expect(roster.step(.added(program), now: 0) == [.launch(program)])
            #expect(roster.step(.launched(name: program.name, pid: Int32(100 + index)), now: 0).isEmpty)
        }
        if settled { #expect(roster.step(.settled, now: 0).isEmpty) }
        return roster
    }

    @Test func whoCrashesComesBackLaterEachTime() {
        var roster = roster([Self.gateway])
        for delay: UInt64 in [0, 100, 200, 400, 800, 1600, 3200, 5000, 5000] {
            let end = ChildProcess.End.killed(signal: 9)
            #expect(
                roster.step(.ended(name: "gw1", end), now: 1_000)
                    == [.lost(Self.gateway, end), .launchLater(name: "gw1", nanoseconds: delay * 1_000_000)])
            #expect(roster.running.isEmpty)
            #expect(roster.step(.due(name: "gw1"), now: 1_000) == [.launch(Self.gateway)])
            #expect(roster.step(.launched(name: "gw1", pid: 7), now: 1_000).isEmpty)
        }
        #expect(roster.running.map(\.pid) == [7])
    }

    @Test func thirtySecondsOfHealthEndTheBackOff() {
        var delay = RestartDelay()
        #expect(
            [delay.ended(ranFor: 0), delay.ended(ranFor: 0), delay.ended(ranFor: 0)] == [0, 100_000_000, 200_000_000])
        #expect(delay.ended(ranFor: 29_999_999_999) == 400_000_000)
        #expect(delay.ended(ranFor: 30_000_000_000) == 0)
        #expect(delay.ended(ranFor: 0) == 100_000_000)
    }

    @Test(arguments: [Int32(2), 3, 127])
    func whoCannotRunEndsTheWholeStart(status: Int32) {
        var roster = roster([Self.vendor, Self.console], settled: false)
        let end = ChildProcess.End.exited(status: status)
        #expect(
            roster.step(.ended(name: "console", end), now: 1)
                == [.giveUp(Self.console, end), .destroy(name: "simulator-a")])
        #expect(roster.step(.ended(name: "simulator-a", .killed(signal: 9)), now: 2) == [.finished])
        #expect(roster.phase == .over)
    }

    @Test func whoCannotRunLaterComesBack() {
        var roster = roster([Self.gateway])
        let end = ChildProcess.End.exited(status: 3)
        #expect(
            roster.step(.ended(name: "gw1", end), now: 1) == [
                .lost(Self.gateway, end), .launchLater(name: "gw1", nanoseconds: 0),
            ])
    }

    @Test func aCrashDuringTheStartIsNoFailureOfIt() {
        var roster = roster([Self.gateway], settled: false)
        let end = ChildProcess.End.exited(status: 70)
        #expect(
            roster.step(.ended(name: "gw1", end), now: 1) == [
                .lost(Self.gateway, end), .launchLater(name: "gw1", nanoseconds: 0),
            ])
    }

    @Test func programsEndInTheOrderOfTheirRanks() {
        var roster = roster([Self.vendor, Self.console, Self.gateway, Self.second])
        #expect(
            roster.step(.signalled, now: 1) == [.terminate(name: "gw1"), .terminate(name: "gw2"), .watch(.gateway)])
        #expect(roster.step(.ended(name: "gw2", .exited(status: 0)), now: 2).isEmpty)
        #expect(
            roster.step(.ended(name: "gw1", .exited(status: 0)), now: 3) == [
                .terminate(name: "console"), .watch(.console),
            ])
        #expect(
            roster.step(.ended(name: "console", .exited(status: 0)), now: 4)
                == [.terminate(name: "simulator-a"), .watch(.simulator)])
        #expect(roster.step(.ended(name: "simulator-a", .exited(status: 0)), now: 5) == [.finished])
        #expect(!roster.wasCutShort)
    }

    @Test func ranksWithoutProgramsArePassedOver() {
        var roster = roster([Self.vendor])
        #expect(roster.step(.signalled, now: 1) == [.terminate(name: "simulator-a"), .watch(.simulator)])
        var empty = Roster()
        #expect(empty.step(.signalled, now: 1) == [.finished])
    }

    @Test func aSecondSignalEndsAllAtOnce() {
        var roster = roster([Self.vendor, Self.console, Self.gateway])
        _ = roster.step(.signalled, now: 1)
        #expect(
            roster.step(.signalled, now: 2)
                == [.destroy(name: "simulator-a"), .destroy(name: "console"), .destroy(name: "gw1")])
        #expect(roster.step(.signalled, now: 3).isEmpty)
        #expect(roster.step(.ended(name: "console", .killed(signal: 9)), now: 3).isEmpty)
        #expect(roster.step(.ended(name: "gw1", .killed(signal: 9)), now: 3).isEmpty)
        #expect(roster.step(.ended(name: "simulator-a", .killed(signal: 9)), now: 3) == [.finished])
        #expect(roster.wasCutShort)
    }

    @Test func patienceEndsForTheRankThatIsAskedOnly() {
        var roster = roster([Self.console, Self.gateway])
        _ = roster.step(.signalled, now: 1)
        #expect(roster.step(.patienceEnded(.console), now: 2).isEmpty)
        #expect(roster.step(.patienceEnded(.gateway), now: 2) == [.destroy(name: "gw1")])
        #expect(
            roster.step(.ended(name: "gw1", .killed(signal: 9)), now: 3) == [
                .terminate(name: "console"), .watch(.console),
            ])
        #expect(roster.step(.patienceEnded(.gateway), now: 4).isEmpty)
    }

    @Test func nothingIsStartedDuringADrain() {
        var roster = roster([Self.console, Self.gateway])
        _ = roster.step(.ended(name: "gw1", .killed(signal: 11)), now: 1)
        #expect(roster.step(.signalled, now: 2) == [.terminate(name: "console"), .watch(.console)])
        #expect(roster.step(.due(name: "gw1"), now: 3).isEmpty)
        #expect(roster.step(.added(Self.second), now: 3).isEmpty)
        #expect(roster.step(.failed, now: 3).isEmpty)
        #expect(roster.step(.ended(name: "console", .exited(status: 0)), now: 4) == [.finished])
        #expect(roster.step(.due(name: "gw1"), now: 5).isEmpty)
        #expect(roster.step(.signalled, now: 5).isEmpty)
    }

    @Test func aFailedStartEndsWhatRuns() {
        var roster = roster([Self.vendor], settled: false)
        #expect(roster.step(.failed, now: 1) == [.destroy(name: "simulator-a")])
        #expect(roster.step(.failed, now: 1).isEmpty)
        #expect(roster.step(.ended(name: "simulator-a", .killed(signal: 9)), now: 2) == [.finished])
        var empty = Roster()
        #expect(empty.step(.failed, now: 1) == [.finished])
    }
}
