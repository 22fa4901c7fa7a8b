internal import Crypto
internal import Vocabulary

/// Counts of failures by name, which fade. Bounded: when it is full, of a few that are next to each other the one
/// goes that would have faded first, so that a flood of new names drives out its own and not the counts that are
/// high.
package struct ThrottleTable: Sendable {
    /// LIMIT: counts at once; about 64 bytes each.
    package static let standardCapacity = 65_536
    /// Entries looked at to find one that may go.
    private static let lookedAt = 16

    private struct Entry {
        var name: Digest
        var failures: Int
        /// When the last failure was counted, in seconds.
        var last: Int64
        /// Quiet seconds that take one failure away.
        var fadeSeconds: Int64
        var isTold = false

        func faded(at seconds: Int64) -> Int {
            let quiet = max(0, seconds - last) / fadeSeconds
            return quiet >= Int64(failures) ? 0 : failures - Int(quiet)
        }
    }

    private let capacity: Int
    private var places: [Digest: Int] = [:]
    private var entries: [Entry] = []
    private var hand = 0

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { entries.count }

    func failures(_ name: Digest, at now: Instant) -> Int {
        places[name].map { entries[$0].faded(at: now.seconds) } ?? 0
    }

    /// Seconds since the last failure; none when the clock went back.
    func secondsSince(_ name: Digest, at now: Instant) -> Int64 {
        guard let place = places[name] else { return .max }
        return max(0, now.seconds - entries[place].last)
    }

    mutating func add(_ name: Digest, fadeSeconds: Int64, at now: Instant) {
        let seconds = now.seconds
        if let place = places[name] {
            entries[place].failures = entries[place].faded(at: seconds) + 1
            entries[place].last = max(entries[place].last, seconds)
            return
        }
        let entry = Entry(name: name, failures: 1, last: seconds, fadeSeconds: fadeSeconds)
        if entries.count < capacity {
            places[name] = entries.count
            entries.append(entry)
        } else {
            let place = weakest(seconds)
            places[entries[place].name] = nil
            entries[place] = entry
            places[name] = place
        }
    }

    mutating func takeBack(_ name: Digest, at now: Instant) {
        guard let place = places[name] else { return }
        // The time of the last failure stays, so that what fades since then fades from one failure less.
        entries[place].failures -= 1
        if entries[place].faded(at: now.seconds) <= 0 { clear(name) }
    }

    mutating func clear(_ name: Digest) {
        guard let place = places.removeValue(forKey: name) else { return }
        let moved = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = moved
        places[moved.name] = place
    }

    /// True once when the count reaches the limit, and again only after it has fallen below.
    mutating func crosses(_ name: Digest, _ limit: Int) -> Bool {
        guard let place = places[name] else { return false }
        guard entries[place].failures >= limit else {
            entries[place].isTold = false
            return false
        }
        defer { entries[place].isTold = true }
        return !entries[place].isTold
    }

    private mutating func weakest(_ seconds: Int64) -> Int {
        var best = hand % entries.count
        for offset in 0..<min(ThrottleTable.lookedAt, entries.count) {
            let place = (hand + offset) % entries.count
            let (one, other) = (entries[place], entries[best])
            if (one.faded(at: seconds), one.last) < (other.faded(at: seconds), other.last) { best = place }
        }
        hand = (hand + ThrottleTable.lookedAt) % entries.count
        return best
    }
}
