package import Crypto
package import Vocabulary

/// Remembers what may be used once, until it has expired by itself. Bounded, and nobody can fill it for the others:
/// each owner has a share, and one that is full refuses instead of forgetting.
package struct UsedTokens: Sendable {
    package enum Use: Equatable, Sendable {
        case first
        case replayed
        /// The owner's share or the whole is full of unexpired tokens.
        case full
    }

    /// LIMIT: tokens remembered at once.
    package static let standardCapacity = 65_536
    /// LIMIT: of which one owner may have.
    package static let standardShare = 16_384

    private let capacity: Int
    private let share: Int
    private var known: Set<Digest> = []
    private var owned: [String: Int] = [:]
    /// By the slot in which they expire.
    private var slots: [Int64: [(token: Digest, owner: String)]] = [:]
    private var nextSlot: Int64?
    /// The latest time seen. INVARIANT: never falls, so that a clock set back revives nothing.
    private var latest = Instant.distantPast

    private static let slotSeconds: Int64 = 8

    package init(capacity: Int = standardCapacity, share: Int = standardShare) {
        self.capacity = capacity
        self.share = share
    }

    package var count: Int { known.count }

    /// - Parameters:
    ///   - token: unique for its owner; the owner is mixed in.
    ///   - expires: from then on others refuse it; it is forgotten soon after.
    package mutating func use(_ token: Digest, of owner: String, expires: Instant, at now: Instant) -> Use {
        latest = max(latest, now)
        forget()
        // Refused for its age before anybody asks here; but what is forgotten at once must not count as unused.
        guard expires > latest else { return .replayed }
        let name = UsedTokens.name(token, owner)
        if known.contains(name) { return .replayed }
        guard known.count < capacity, owned[owner, default: 0] < share else { return .full }
        known.insert(name)
        owned[owner, default: 0] += 1
        let slot = expires.seconds / UsedTokens.slotSeconds + 1
        slots[slot, default: []].append((name, owner))
        nextSlot = min(nextSlot ?? slot, slot)
        return .first
    }

    private mutating func forget() {
        let current = latest.seconds / UsedTokens.slotSeconds
        guard let first = nextSlot, first <= current else { return }
        for slot in slots.keys where slot <= current {
            for (token, owner) in slots.removeValue(forKey: slot) ?? [] {
                known.remove(token)
                let left = owned[owner, default: 1] - 1
                owned[owner] = left == 0 ? nil : left
            }
        }
        nextSlot = slots.keys.min()
    }

    private static func name(_ token: Digest, _ owner: String) -> Digest {
        SHA256.digest(token.bytes + Array(owner.utf8))
    }
}
