package import Crypto
package import JOSE
package import Vocabulary

/// The keys of a provider as they are remembered: fetched when they are needed, fetched anew when a token names a key
/// that is not among them, and never more often than a bad token could make worthwhile. A value; whoever holds it
/// fetches when it says so and tells what came.
///
///     none ──need──▶ fetch ──arrived──▶ fresh ──1 h──▶ stale ──need──▶ fetch (and the old ones serve, up to 24 h)
///                      └──failed──▶ rest 5 s, doubling to 5 min
package struct ProviderKeys: Sendable {
    package enum Answer: Sendable {
        case use(JSONWebKeySet)
        /// Fetch, tell what came, and ask again. Nobody else is told so meanwhile.
        case fetch
        /// Somebody fetches: ask again when that has ended.
        case wait
        /// There are none, and it is too soon to ask the provider again.
        case unavailable
    }

    /// LIMIT: how long a set serves without being fetched anew.
    package static let freshSeconds: Int64 = 3600
    /// LIMIT: how long it serves when the provider does not answer.
    package static let staleSeconds: Int64 = 86_400
    /// LIMIT: between two fetches for a key id that is not known.
    package static let unknownKeySeconds: Int64 = 60
    package static let firstRestSeconds: Int64 = 5
    package static let longestRestSeconds: Int64 = 300

    private let pins: Set<Digest>
    private var keys: JSONWebKeySet?
    private var fetched = Instant.distantPast
    private var begun = Instant.distantPast
    private var rest: Int64 = 0
    private var restsUntil = Instant.distantPast
    private var isFetching = false

    /// - Parameter pins: fingerprints of the keys that may sign; empty: any of the set.
    package init(pins: Set<Digest> = []) { self.pins = pins }

    /// - Parameter id: the token's `kid`.
    package mutating func need(_ id: String?, at now: Instant) -> Answer {
        let age = fetched == .distantPast ? nil : now
        if let keys, let age, age < fetched.adding(seconds: ProviderKeys.freshSeconds) {
            let isKnown = id == nil || keys.keys.contains { $0.id == id }
            // The token may be of a new key, or of nobody: one look a minute tells, whatever is presented.
            if isKnown || now < begun.adding(seconds: ProviderKeys.unknownKeySeconds) { return .use(keys) }
            if isFetching { return .wait }
            return start(at: now) ?? .use(keys)
        }
        if isFetching { return .wait }
        if let fetch = start(at: now) { return fetch }
        if let keys, let age, age < fetched.adding(seconds: ProviderKeys.staleSeconds) { return .use(keys) }
        return .unavailable
    }

    package mutating func arrived(_ set: JSONWebKeySet, at now: Instant) {
        isFetching = false
        rest = 0
        restsUntil = .distantPast
        fetched = now
        keys = pins.isEmpty ? set : JSONWebKeySet(set.keys.filter { pins.contains($0.key.fingerprint) })
    }

    package mutating func failed(at now: Instant) {
        isFetching = false
        rest = rest == 0 ? ProviderKeys.firstRestSeconds : min(rest * 2, ProviderKeys.longestRestSeconds)
        restsUntil = now.adding(seconds: rest)
    }

    private mutating func start(at now: Instant) -> Answer? {
        guard now >= restsUntil else { return nil }
        isFetching = true
        begun = now
        return .fetch
    }
}
