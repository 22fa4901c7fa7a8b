// Proves that a token is used once until it has expired, that memory is bounded, and that no owner takes another's
// room.
import Crypto
import Testing
import Vocabulary

@testable import Authentication

struct UsedTokensTests {
    private func token(_ number: Int) -> Digest { SHA256.digest(Array("\(number)".utf8)) }
    private func at(_ seconds: Int64) -> Instant { Instant(seconds: 1_800_000_000 + seconds) }

    @Test func onceUntilItExpires() {
        var used = UsedTokens()
        #expect(used.use(token(1), of: "a", expires: at(300), at: at(0)) == .first)
        for second in [0, 1, 299] as [Int64] {
            #expect(used.use(token(1), of: "a", expires: at(300), at: at(second)) == .replayed)
        }
        #expect(used.use(token(1), of: "b", expires: at(300), at: at(0)) == .first, "another owner's")
        #expect(used.use(token(1), of: "a", expires: at(300), at: at(300)) == .replayed, "expired is not unused")
        #expect(used.count == 2)
        #expect(used.use(token(2), of: "a", expires: at(400), at: at(308)) == .first)
        #expect(used.count == 1, "what has expired is forgotten")
    }

    @Test func aClockSetBackRevivesNothing() {
        var used = UsedTokens()
        #expect(used.use(token(1), of: "a", expires: at(100), at: at(0)) == .first)
        #expect(used.use(token(2), of: "a", expires: at(300), at: at(200)) == .first)
        #expect(used.use(token(1), of: "a", expires: at(100), at: at(50)) == .replayed)
    }

    @Test func sharesAndCapacity() {
        var used = UsedTokens(capacity: 5, share: 3)
        for number in 0..<3 { #expect(used.use(token(number), of: "a", expires: at(300), at: at(0)) == .first) }
        #expect(used.use(token(3), of: "a", expires: at(300), at: at(0)) == .full)
        #expect(used.use(token(0), of: "a", expires: at(300), at: at(0)) == .replayed, "full forgets nothing")
        #expect(used.use(token(0), of: "b", expires: at(300), at: at(0)) == .first)
        #expect(used.use(token(1), of: "b", expires: at(300), at: at(0)) == .first)
        #expect(used.use(token(2), of: "b", expires: at(300), at: at(0)) == .full)
        #expect(used.use(token(9), of: "a", expires: at(600), at: at(310)) == .first, "room again")
        #expect(used.count == 1)
    }
}
