/// Where a member of a ring stands; kept by the member, read and written by the ring.
final class PhasePlace {
    fileprivate var slot: Int
    fileprivate var index: Int

    fileprivate init(slot: Int, index: Int) {
        self.slot = slot
        self.index = index
    }
}

/// Members that all beat with the same period, grouped by the phase of their beats: one timer serves all, and a beat
/// costs no scheduling, for a member stays in its slot for as long as it beats.
///
/// A pure value. Putting in and taking out take constant time.
struct PhaseRing<Member> {
    /// LIMIT: slots of a ring; the slots of a slow one are longer than a millisecond.
    private static var slotLimit: Int { 1000 }

    /// Nanoseconds from slot to slot.
    let width: UInt64
    private var slots: [[(member: Member, place: PhasePlace)]]
    private(set) var count = 0

    /// - Parameter period: nanoseconds; `self.period` may be shorter by less than as many nanoseconds as there are
    /// slots.
    init(period: UInt64) {
        let slotCount = max(1, min(PhaseRing.slotLimit, Int(clamping: period / 1_000_000)))
        width = max(1, period / UInt64(slotCount))
        slots = Array(repeating: [], count: slotCount)
    }

    var slotCount: Int { slots.count }
    /// A whole turn.
    var period: UInt64 { width &* UInt64(slots.count) }

    /// The tick at or after `time`: where something that is due then is looked at first.
    func tick(after time: UInt64) -> UInt64 { (time &+ width &- 1) / width }

    func slot(of tick: UInt64) -> Int { Int(tick % UInt64(slots.count)) }

    mutating func insert(_ member: Member, beatingAt time: UInt64) -> PhasePlace {
        let slot = slot(of: tick(after: time))
        let place = PhasePlace(slot: slot, index: slots[slot].count)
        slots[slot].append((member, place))
        count += 1
        return place
    }

    /// - Precondition: the place came from this ring's `insert` and was not removed since.
    mutating func remove(_ place: PhasePlace) {
        precondition(place.index < slots[place.slot].count && slots[place.slot][place.index].place === place)
        count -= 1
        // The last of the slot takes the free place. Whoever walks a slot from its end backwards misses nobody.
        let last = slots[place.slot].removeLast()
        if last.place !== place {
            slots[place.slot][place.index] = last
            last.place.index = place.index
        }
    }

    func memberCount(in slot: Int) -> Int { slots[slot].count }
    func member(_ index: Int, in slot: Int) -> Member { slots[slot][index].member }

    /// The first tick from `tick` on in whose slot somebody stands, within one turn; nil when nobody does.
    func occupiedTick(from tick: UInt64) -> UInt64? {
        guard count > 0 else { return nil }
        for offset in 0..<UInt64(slots.count) where !slots[slot(of: tick &+ offset)].isEmpty { return tick &+ offset }
        return nil
    }
}
