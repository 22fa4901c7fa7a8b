// Proves what is told of programs that end: counts, reasons, when it is a crash loop, and that the file says the same.
import Bytes
import Installation
import Testing
import Vocabulary

@testable import Supervision

struct ProgramBookTests {
    @Test func threeEndsInARowAreALoop() throws {
        var book = ProgramBook()
        #expect(!book.hasChanged)
        book.launched("gw1", 10, now: 0)
        #expect(book.hasChanged)
        for number in 1...4 {
            book.ended("gw1", "ended with status 3", why: "no disk", at: 5, now: UInt64(number))
            let waiting = book.waits("gw1", 100_000_000)
            let state = try #require(waiting)
            #expect(state.endsInARow == number)
            #expect(state.isLooping == (number >= 3))
            #expect(state.problem?.hasSuffix("it is started again after 100 ms: no disk") == true)
            book.launched("gw1", Int32(10 + number), now: UInt64(number))
        }
        let states = book.taken()
        #expect(!book.hasChanged)
        #expect(states[0].restarts == 4)
        #expect(states[0].pid == 14)
        // It runs, and it has come back so often that somebody should know.
        #expect(states[0].problem == "gw1 ended with status 3, 4 times in a row: no disk")
        #expect(ProgramStates.decoded(ProgramStates.encoded(states, supervisor: 1)) == states)
    }

    @Test func healthEndsTheRow() {
        var book = ProgramBook()
        book.launched("gw1", 10, now: 0)
        for _ in 1...3 { book.ended("gw1", "was ended by signal 9", why: nil, at: 0, now: 0) }
        book.launched("gw1", 11, now: 0)
        book.ended("gw1", "was ended by signal 9", why: nil, at: 0, now: RestartDelay.healthy)
        let states = book.taken()
        #expect(states[0].endsInARow == 1)
    }

    @Test func aProgramThatRunsAsItShouldIsNoProblem() {
        var book = ProgramBook()
        book.launched("gw1", 10, now: 0)
        var states = book.taken()
        #expect(states[0].problem == nil)
        let unknown = book.waits("gw9", 1)
        #expect(unknown == nil)
        book.ended("gw1", "x", why: String(repeating: "é", count: 1000), at: 0, now: 0)
        states = book.taken()
        #expect((states[0].lastEnd?.why?.utf8.count ?? 0) <= 403)
    }

    @Test(arguments: ["", "{}", "[1]", #"{"programs":[{"pid":1}]}"#, #"{"programs":7}"#])
    func whatIsNoSuchFileSaysNothing(text: String) {
        #expect(ProgramStates.decoded(Array(text.utf8)).isEmpty)
    }
}
