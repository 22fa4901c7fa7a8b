// Proves when a provider's keys are fetched, served old, and refused, as a table of events and answers.
import Crypto
import JOSE
import JOSETestKit
import Testing
import Vocabulary

@testable import Authentication

struct ProviderKeysTests {
    private enum Event {
        case need(String?)
        case arrived(String)
        case failed
    }

    private func word(_ answer: ProviderKeys.Answer) -> String {
        switch answer {
        case .use(let set): "use " + set.keys.map { $0.id ?? "-" }.joined(separator: ",")
        case .fetch: "fetch"
        case .wait: "wait"
        case .unavailable: "unavailable"
        }
    }

    /// - Parameter events: seconds, event, and the answer where it is a need.
    private func run(_ events: [(Int64, Event, String)]) throws {
        var keys = ProviderKeys()
        for (index, (seconds, event, answer)) in events.enumerated() {
            let now = Instant(seconds: 1_800_000_000 + seconds)
            switch event {
            case .need(let id): #expect(word(keys.need(id, at: now)) == answer, "event \(index)")
            case .arrived(let id): keys.arrived(try TestSigner(id: id).keys(.edDSA), at: now)
            case .failed: keys.failed(at: now)
            }
        }
    }

    @Test func theFirstFetchIsSharedAndKept() throws {
        try run([
            (0, .need("a"), "fetch"), (0, .need("a"), "wait"), (1, .arrived("a"), ""), (1, .need("a"), "use a"),
            (3600, .need("a"), "use a"), (3601, .need("a"), "fetch"), (3601, .need("a"), "wait"),
            (3602, .arrived("a"), ""), (3603, .need("a"), "use a"),
        ])
    }

    /// Rotation: a new key is found at once; made-up key ids cost one fetch a minute, however many come.
    @Test func unknownKeysAreLookedForOnceAMinute() throws {
        try run([
            (0, .need("a"), "fetch"), (0, .arrived("a"), ""), (60, .need("b"), "fetch"), (60, .arrived("b"), ""),
            (61, .need("b"), "use b"), (61, .need("x"), "use b"), (119, .need("y"), "use b"),
            (120, .need("z"), "fetch"),
            (120, .need("b"), "use b"), (120, .need("q"), "use b"), (121, .failed, ""), (122, .need("z"), "use b"),
        ])
    }

    @Test func anUnreachableProviderIsAskedEverMoreSeldom() throws {
        try run([
            (0, .need("a"), "fetch"), (1, .failed, ""), (2, .need("a"), "unavailable"), (5, .need("a"), "unavailable"),
            (6, .need("a"), "fetch"), (6, .failed, ""), (15, .need("a"), "unavailable"), (16, .need("a"), "fetch"),
            (16, .arrived("a"), ""), (17, .need("a"), "use a"),
        ])
    }

    /// Old keys serve for a day, then nothing does.
    @Test func oldKeysServeForADay() throws {
        try run([
            (0, .need("a"), "fetch"), (0, .arrived("a"), ""), (3600, .need("a"), "fetch"), (3600, .failed, ""),
            (3601, .need("a"), "use a"), (86_000, .need("a"), "fetch"), (86_390, .failed, ""),
            (86_399, .need("a"), "use a"), (86_400, .need("a"), "fetch"), (86_400, .failed, ""),
            (86_401, .need("a"), "unavailable"),
        ])
    }
}
