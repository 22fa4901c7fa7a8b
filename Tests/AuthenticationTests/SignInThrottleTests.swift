// Proves that guessing is slowed and told, that nobody is kept out by somebody else's guessing, and that memory is
// bounded.
import Testing
import Vocabulary

@testable import Authentication

struct SignInThrottleTests {
    private typealias Attempt = SignInThrottle.Attempt
    private static let office = SourceNetwork(address: [192, 0, 2, 1])
    private static let elsewhere = SourceNetwork(address: [198, 51, 100, 7])

    private func at(_ seconds: Int64) -> Instant { Instant(seconds: 1_800_000_000 + seconds) }

    private func source(_ number: Int) -> SourceNetwork {
        SourceNetwork(address: [10, UInt8(number >> 16 & 0xFF), UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)])
    }

    /// Seconds, answer. All failures of one account from one source.
    @Test func oneGuesserIsSlowedEverMore() {
        var throttle = SignInThrottle()
        let attempt = Attempt(account: "alice", from: Self.elsewhere)
        let table: [(Int64, SignInThrottle.Answer)] = [
            (0, .judge(afterSeconds: 0)), (0, .judge(afterSeconds: 0)), (0, .judge(afterSeconds: 0)),
            (0, .judge(afterSeconds: 0)), (0, .judge(afterSeconds: 0)), (0, .refuse(retryAfterSeconds: 1)),
            (1, .judge(afterSeconds: 0)), (1, .refuse(retryAfterSeconds: 2)), (2, .refuse(retryAfterSeconds: 1)),
            (3, .judge(afterSeconds: 0)), (3, .refuse(retryAfterSeconds: 4)), (7, .judge(afterSeconds: 0)),
            (15, .judge(afterSeconds: 0)), (31, .judge(afterSeconds: 0)), (32, .refuse(retryAfterSeconds: 31)),
            (63, .judge(afterSeconds: 1)),
        ]
        for (index, (seconds, answer)) in table.enumerated() {
            #expect(throttle.ask(attempt, at: at(seconds)).answer == answer, "event \(index)")
        }
    }

    /// However long it goes on, a guesser gets four tries an hour and no more.
    @Test func theLongestRefusal() {
        var throttle = SignInThrottle()
        let attempt = Attempt(account: "alice", from: Self.elsewhere)
        var judged = 0
        for second in 0..<86_400 as Range<Int64> {
            if case .judge = throttle.ask(attempt, at: at(second)).answer { judged += 1 }
        }
        #expect((90...130).contains(judged), "\(judged) tries in a day")
    }

    // MARK: Nobody else

    @Test func theOwnerComesInMeanwhile() {
        var throttle = SignInThrottle()
        for number in 0..<5000 { _ = throttle.ask(Attempt(account: "alice", from: source(number % 500)), at: at(0)) }
        let fromOffice = Attempt(account: "alice", from: Self.office)
        #expect(throttle.ask(fromOffice, at: at(1)).answer == .judge(afterSeconds: 8), "from another source, slowly")
        let known = Attempt(account: "alice", from: source(0), knownDevice: "laptop")
        #expect(throttle.ask(known, at: at(1)).answer == .judge(afterSeconds: 0), "with a known device, at once")
        let bob = Attempt(account: "bob", from: Self.office)
        #expect(throttle.ask(bob, at: at(1)).answer == .judge(afterSeconds: 0), "another account")
    }

    @Test func aDeviceIsKnownToItsAccountOnly() {
        var throttle = SignInThrottle()
        let stolen = Attempt(account: "alice", from: Self.elsewhere, knownDevice: "laptop")
        for _ in 0..<5 { _ = throttle.ask(stolen, at: at(0)) }
        #expect(throttle.ask(stolen, at: at(0)).answer == .refuse(retryAfterSeconds: 1))
        let other = Attempt(account: "alice", from: Self.elsewhere, knownDevice: "phone")
        #expect(throttle.ask(other, at: at(0)).answer == .judge(afterSeconds: 0))
        let bob = Attempt(account: "bob", from: Self.elsewhere, knownDevice: "laptop")
        #expect(throttle.ask(bob, at: at(0)).answer == .judge(afterSeconds: 0))
    }

    /// One password on many accounts.
    @Test func sprayingIsSlowedByItsSource() {
        var throttle = SignInThrottle()
        var judged = 0
        for second in 0..<3600 as Range<Int64> {
            let attempt = Attempt(account: "user\(second)", from: Self.elsewhere)
            if case .judge = throttle.ask(attempt, at: at(second)).answer { judged += 1 }
        }
        #expect((60...160).contains(judged), "\(judged) tries in an hour")
        let office = Attempt(account: "user1", from: Self.office)
        #expect(throttle.ask(office, at: at(3600)).answer == .judge(afterSeconds: 0))
    }

    @Test func sourcesAreNetworks() {
        let one = SourceNetwork(address: [0x20, 1, 0xD, 0xB8, 0, 0, 0, 1] + [UInt8](repeating: 1, count: 8))
        let same = SourceNetwork(address: [0x20, 1, 0xD, 0xB8, 0, 0, 0, 1] + [UInt8](repeating: 2, count: 8))
        let other = SourceNetwork(address: [0x20, 1, 0xD, 0xB8, 0, 0, 0, 2] + [UInt8](repeating: 1, count: 8))
        #expect(one == same && one != other)
        let mapped = SourceNetwork(address: [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 0, 2, 1])
        #expect(mapped == Self.office)
        #expect(SourceNetwork(address: []) == SourceNetwork(address: [1]))
    }

    // MARK: Success

    @Test func successTakesItsOwnAttemptBack() {
        var throttle = SignInThrottle()
        let attempt = Attempt(account: "alice", from: Self.office)
        for _ in 0..<100 {
            #expect(throttle.ask(attempt, at: at(0)).answer == .judge(afterSeconds: 0))
            throttle.succeeded(attempt, at: at(0))
        }
        #expect(throttle.count == 0)
    }

    /// An attacker's own account does not wash the source clean.
    @Test func successElsewhereForgivesNoGuessing() {
        var throttle = SignInThrottle()
        let own = Attempt(account: "mallory", from: Self.elsewhere)
        var judged = 0
        for number in 0..<200 {
            if case .judge = throttle.ask(Attempt(account: "user\(number)", from: Self.elsewhere), at: at(0)).answer {
                judged += 1
            }
            if case .judge = throttle.ask(own, at: at(0)).answer { throttle.succeeded(own, at: at(0)) }
        }
        #expect(judged == SignInThrottle.sourceLimit)
    }

    // MARK: Alerts

    @Test func alertsAreRaisedOnceWhileTheCountIsHigh() {
        var throttle = SignInThrottle()
        var alerts: [SignInThrottle.Alert] = []
        for number in 0..<50 {
            alerts += throttle.ask(Attempt(account: "alice", from: source(number)), at: at(0)).alerts
        }
        #expect(alerts == [.accountGuessed])
        // Ten hours of quiet, and it begins again.
        for number in 0..<50 {
            alerts += throttle.ask(Attempt(account: "alice", from: source(number)), at: at(36_000)).alerts
        }
        #expect(alerts == [.accountGuessed, .accountGuessed])
        var spray: [SignInThrottle.Alert] = []
        for number in 0..<50 {
            spray += throttle.ask(Attempt(account: "u\(number)", from: Self.elsewhere), at: at(40_000)).alerts
        }
        #expect(spray == [.sourceGuesses])
    }

    // MARK: Memory

    @Test func memoryIsBoundedAndHighCountsStay() {
        var throttle = SignInThrottle(capacity: 300)
        let guesser = Attempt(account: "alice", from: Self.elsewhere)
        for second in [0, 0, 0, 0, 0, 1, 3, 7] as [Int64] { _ = throttle.ask(guesser, at: at(second)) }
        #expect(throttle.ask(guesser, at: at(8)).answer == .refuse(retryAfterSeconds: 7))
        for number in 0..<20_000 { _ = throttle.ask(Attempt(account: "u\(number)", from: source(number)), at: at(9)) }
        #expect(throttle.count == 300)
        #expect(
            throttle.ask(guesser, at: at(9)).answer == .refuse(retryAfterSeconds: 6), "a flood does not wash it away")
    }

    @Test func aClockSetBackNeitherOpensNorTraps() {
        var throttle = SignInThrottle()
        let attempt = Attempt(account: "alice", from: Self.elsewhere)
        for _ in 0..<6 { _ = throttle.ask(attempt, at: at(1000)) }
        #expect(throttle.ask(attempt, at: at(0)).answer == .refuse(retryAfterSeconds: 1))
        throttle.succeeded(attempt, at: .distantPast)
        #expect(throttle.ask(attempt, at: .distantFuture).answer == .judge(afterSeconds: 0))
    }
}
