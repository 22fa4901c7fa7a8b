/// Many deadlines, few of which ever come: scheduling and cancelling take constant time. A hierarchical wheel (Varghese
/// and Lauck, 1987): six levels of 64 slots over ticks of a millisecond reach 2.1 years; a later deadline fires at the
/// end of the reach.
///
/// A pure value: the owner says what time it is. Not more exact than its tick; never early.
package struct TimerWheel<Payload> {
    /// Names one scheduled entry; stale after it fired or was cancelled, and then harmless.
    package struct Ticket: Hashable, Sendable {
        fileprivate var slot: Int32
        fileprivate var generation: UInt32
    }

    private struct Entry {
        var payload: Payload?
        var deadline: UInt64 = 0
        var generation: UInt32 = 0
        var next: Int32 = -1
        var previous: Int32 = -1
        /// Position in `heads`, or -1 when free.
        var list: Int16 = -1
    }

    private static var levels: Int { 6 }
    private static var nanosecondsPerTick: UInt64 { 1_000_000 }

    private var entries: [Entry] = []
    private var free: [Int32] = []
    private var heads = [Int32](repeating: -1, count: levels * 64)
    private var occupied = [UInt64](repeating: 0, count: levels)
    /// The tick up to which everything has fired.
    private var elapsed: UInt64
    package private(set) var count = 0

    /// - Parameter now: nanoseconds; the same clock in every later call.
    package init(now: UInt64) { elapsed = now / TimerWheel.nanosecondsPerTick }

    /// - Parameter deadline: nanoseconds; a past one fires at the next advance.
    package mutating func schedule(at deadline: UInt64, _ payload: Payload) -> Ticket {
        let slot: Int32
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = Int32(entries.count)
            entries.append(Entry())
        }
        let index = Int(slot)
        entries[index].payload = payload
        // Rounded up: a timer is late by less than a tick, never early.
        entries[index].deadline = (deadline &+ TimerWheel.nanosecondsPerTick - 1) / TimerWheel.nanosecondsPerTick
        insert(slot)
        count += 1
        return Ticket(slot: slot, generation: entries[index].generation)
    }

    package mutating func cancel(_ ticket: Ticket) {
        let index = Int(ticket.slot)
        guard index < entries.count, entries[index].generation == ticket.generation, entries[index].list >= 0 else {
            return
        }
        unlink(ticket.slot)
        release(ticket.slot)
    }

    /// When to call `advance` next, in nanoseconds; nil when nothing is scheduled. May be before the first deadline
    /// (the wheel then moves entries to a finer level), never after it.
    package var nextDeadline: UInt64? {
        nextSlot().map { $0.tick &* TimerWheel.nanosecondsPerTick }
    }

    /// Takes out one entry that is due at `now`, the earliest tick first; nil when none is. Call until nil.
    package mutating func popDue(now: UInt64) -> Payload? {
        let tick = now / TimerWheel.nanosecondsPerTick
        while let next = nextSlot(), next.tick <= tick {
            elapsed = max(elapsed, next.tick)
            let list = next.level * 64 + next.slot
            if next.level == 0 {
                let slot = heads[list]
                let payload = entries[Int(slot)].payload
                unlink(slot)
                release(slot)
                return payload
            }
            while heads[list] >= 0 {
                let slot = heads[list]
                unlink(slot)
                insert(slot)
            }
        }
        elapsed = max(elapsed, tick)
        return nil
    }

    /// The occupied slot that comes first, and the tick at which it does.
    private func nextSlot() -> (level: Int, slot: Int, tick: UInt64)? {
        for level in 0..<TimerWheel.levels where occupied[level] != 0 {
            let shift = UInt64(level * 6)
            let position = Int(elapsed >> shift & 63)
            let rotated =
                occupied[level] >> UInt64(position) | (position == 0 ? 0 : occupied[level] << UInt64(64 - position))
            let slot = (position + rotated.trailingZeroBitCount) & 63
            let span = UInt64(1) << shift
            let base = elapsed & ~(span &* 64 &- 1)
            var tick = base &+ UInt64(slot) &* span
            if slot < position { tick &+= span &* 64 }
            return (level, slot, max(tick, elapsed))
        }
        return nil
    }

    private mutating func insert(_ slot: Int32) {
        let reach = (UInt64(1) << UInt64(TimerWheel.levels * 6)) - 1
        let deadline = min(max(entries[Int(slot)].deadline, elapsed), elapsed &+ reach)
        let difference = (elapsed ^ deadline) | 63
        let level = min((63 - difference.leadingZeroBitCount) / 6, TimerWheel.levels - 1)
        let position = Int(deadline >> UInt64(level * 6) & 63)
        let list = level * 64 + position
        entries[Int(slot)].list = Int16(list)
        entries[Int(slot)].previous = -1
        entries[Int(slot)].next = heads[list]
        if heads[list] >= 0 { entries[Int(heads[list])].previous = slot }
        heads[list] = slot
        occupied[level] |= 1 << UInt64(position)
    }

    private mutating func unlink(_ slot: Int32) {
        let entry = entries[Int(slot)]
        let list = Int(entry.list)
        if entry.previous >= 0 {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[list] = entry.next
        }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
        if heads[list] < 0 { occupied[list / 64] &= ~(1 << UInt64(list % 64)) }
        entries[Int(slot)].list = -1
    }

    private mutating func release(_ slot: Int32) {
        entries[Int(slot)].payload = nil
        entries[Int(slot)].generation &+= 1
        free.append(slot)
        count -= 1
    }
}
