internal import Crypto
package import Vocabulary

/// Slows down whoever guesses, and nobody else. Four counts, each for what it can tell apart:
///
/// | count of | after | does |
/// |---|---|---|
/// | account from one source | 5 failures | refuses: 1 s, doubling to 15 min |
/// | source, whatever account | 20 failures | refuses: 1 s, doubling to 1 min |
/// | account, whatever source | 10 failures | judges later: 1 s, doubling to 8 s; never refuses |
/// | account from a known device | 5 failures | refuses: 1 s, doubling to 15 min; the other three do not count it |
///
/// So whoever hammers Alice's account shuts out themselves. Alice waits at most eight seconds from another source,
/// and not at all with a device that has signed in to her account before. Passkeys and other providers are not asked
/// here: there is nothing to guess.
///
/// An attempt counts as a failure when it is asked about and is taken back when it succeeds: a thousand at once are a
/// thousand failures. Counts fade: those of pairs and devices by one in half an hour, which is longer than the longest
/// refusal, so that a patient guesser stays there; that of an account in ten minutes; that of a source in half a
/// minute, since a whole office may stand behind one address. A value, bounded (`ThrottleTable`); all time is passed
/// in.
package struct SignInThrottle: Sendable {
    /// Who tries what from where.
    package struct Attempt: Hashable, Sendable {
        fileprivate let account: Digest
        fileprivate let source: Digest
        fileprivate let pair: Digest
        fileprivate let device: Digest?

        /// - Parameters:
        ///   - account: as it was typed, known or not.
        ///   - device: the name of a device that this account has signed in with before, once that was proved.
        package init(account: String, from source: SourceNetwork, knownDevice device: String? = nil) {
            let name = Array(account.utf8)
            self.account = SHA256.digest([1] + name)
            self.source = SHA256.digest([2] + source.bytes)
            // Fixed lengths before what varies: no two pairs of parts run together.
            pair = SHA256.digest([3] + self.account.bytes + self.source.bytes)
            self.device = device.map { SHA256.digest([4] + SHA256.digest([1] + name).bytes + Array($0.utf8)) }
        }
    }

    package enum Answer: Equatable, Sendable {
        /// Judge it after so many seconds.
        case judge(afterSeconds: Int64)
        /// Do not judge it; 429 with Retry-After.
        case refuse(retryAfterSeconds: Int64)
    }

    /// Raised once while its count stays high.
    package enum Alert: Equatable, Sendable {
        /// Many failures on one account, from wherever.
        case accountGuessed
        /// Many failures from one source, on whatever accounts.
        case sourceGuesses
    }

    package static let pairLimit = 5
    package static let sourceLimit = 20
    package static let accountLimit = 10
    package static let longestRefusalSeconds: Int64 = 900
    package static let longestSourceRefusalSeconds: Int64 = 60
    package static let longestDelaySeconds: Int64 = 8
    package static let fadeSeconds: Int64 = 1800
    package static let accountFadeSeconds: Int64 = 600
    package static let sourceFadeSeconds: Int64 = 30

    /// A count that refuses.
    private struct Rule {
        let name: Digest
        let limit: Int
        let longest: Int64
        let fade: Int64

        init(_ name: Digest) {
            self.name = name
            (limit, longest, fade) = (
                SignInThrottle.pairLimit, SignInThrottle.longestRefusalSeconds, SignInThrottle.fadeSeconds
            )
        }

        init(source: Digest) {
            name = source
            (limit, longest, fade) = (
                SignInThrottle.sourceLimit, SignInThrottle.longestSourceRefusalSeconds,
                SignInThrottle.sourceFadeSeconds
            )
        }
    }

    private var table: ThrottleTable

    package init(capacity: Int = ThrottleTable.standardCapacity) { table = ThrottleTable(capacity: capacity) }

    /// Memory in use, in counts.
    package var count: Int { table.count }

    package mutating func ask(_ attempt: Attempt, at now: Instant) -> (answer: Answer, alerts: [Alert]) {
        let rules = attempt.device.map { [Rule($0)] } ?? [Rule(attempt.pair), Rule(source: attempt.source)]
        let wait =
            rules.map { rule in
                SignInThrottle.pause(table.failures(rule.name, at: now), rule.limit, rule.longest)
                    - table.secondsSince(rule.name, at: now)
            }.max() ?? 0
        // A refused attempt was not judged: it teaches nothing, and counting it would make waiting endless.
        guard wait <= 0 else { return (.refuse(retryAfterSeconds: wait), []) }
        for rule in rules { table.add(rule.name, fadeSeconds: rule.fade, at: now) }
        var alerts: [Alert] = []
        if attempt.device == nil, table.crosses(attempt.source, SignInThrottle.sourceLimit) {
            alerts.append(.sourceGuesses)
        }
        guard attempt.device == nil else { return (.judge(afterSeconds: 0), alerts) }
        let delay = SignInThrottle.pause(
            table.failures(attempt.account, at: now), SignInThrottle.accountLimit, SignInThrottle.longestDelaySeconds)
        table.add(attempt.account, fadeSeconds: SignInThrottle.accountFadeSeconds, at: now)
        if table.crosses(attempt.account, SignInThrottle.accountLimit) { alerts.append(.accountGuessed) }
        return (.judge(afterSeconds: delay), alerts)
    }

    /// Takes back what `ask` counted. The count of the pair or the device begins anew; those of account and source only
    /// lose this attempt: an attacker who signs in to an account of their own must not wipe them clean.
    package mutating func succeeded(_ attempt: Attempt, at now: Instant) {
        if let device = attempt.device {
            table.clear(device)
        } else {
            table.clear(attempt.pair)
            table.takeBack(attempt.source, at: now)
            table.takeBack(attempt.account, at: now)
        }
    }

    /// Nothing up to the limit, then 1, 2, 4 … seconds.
    private static func pause(_ failures: Int, _ limit: Int, _ longest: Int64) -> Int64 {
        guard failures >= limit else { return 0 }
        let exponent = failures - limit
        return exponent >= 32 ? longest : min(longest, 1 << Int64(exponent))
    }
}
