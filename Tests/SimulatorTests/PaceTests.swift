// Proves that beats are due at the start plus whole periods and nowhere else, that lateness never adds up, and that a
// ring of phases visits every member once a turn, never before its beat, however members come and go.
import Testing

@testable import Simulator

struct PaceTests {
    @Test(
        arguments: [
            (0, 0), (99, 0), (100, 1), (119, 1), (120, 2), (139, 2), (140, 3), (20_100, 1001),
        ] as [(UInt64, Int)])
    func beatsAreDueByTheClock(_ now: UInt64, _ due: Int) {
        #expect(Pace(start: 100, period: 20).due(at: now) == due)
    }

    @Test func aDelayMovesEverythingBehindIt() {
        var pace = Pace(start: 100, period: 20)
        pace.delay(by: 1000)
        #expect(pace.time(of: 3) == 1160)
        #expect(pace.due(at: 1159) == 3 && pace.due(at: 1160) == 4)
    }

    /// Tokens per second, and how far the ring's own period may be from the true one.
    @Test(arguments: [(1, 1000), (7, 1000), (30, 100), (50, 20), (333, 3), (999, 1), (1000, 1)])
    func theRingKeepsThePeriod(_ rate: Int, _ slots: Int) {
        let ring = PhaseRing<Int>(period: 1_000_000_000 / UInt64(rate))
        let wanted = 1_000_000_000 / UInt64(rate)
        #expect(ring.period <= wanted && wanted - ring.period < UInt64(ring.slotCount))
        #expect(ring.slotCount <= slots)
    }

    @Test func everyMemberIsVisitedOnceATurnAfterItsBeat() {
        var ring = PhaseRing<Int>(period: 20_000_000)
        var generator = Generator(state: 7)
        var beats: [UInt64] = []
        for member in 0..<500 {
            beats.append(generator.next() % 1_000_000_000)
            _ = ring.insert(member, beatingAt: beats[member])
        }
        for (member, beat) in beats.enumerated() {
            let tick = ring.tick(after: beat)
            #expect(
                tick * ring.width >= beat && tick * ring.width < beat + ring.width,
                "late by less than a slot, never early")
            let slot = ring.slot(of: tick)
            #expect((0..<ring.memberCount(in: slot)).contains { ring.member($0, in: slot) == member })
            #expect(ring.slot(of: tick + UInt64(ring.slotCount)) == slot, "and in the same slot a turn later")
        }
        #expect(ring.count == 500)
    }

    /// Members that leave while a slot is walked from its end must not make others be missed.
    @Test(arguments: 1...40) func leavingWhileWalkingMissesNobody(_ seed: Int) {
        var ring = PhaseRing<Int>(period: 1_000_000)
        var generator = Generator(state: UInt64(seed))
        var places: [Int: PhasePlace] = [:]
        for member in 0..<30 { places[member] = ring.insert(member, beatingAt: 0) }
        var visited: Set<Int> = []
        var left: Set<Int> = []
        var index = ring.memberCount(in: 0)
        while index > 0 {
            index -= 1
            guard index < ring.memberCount(in: 0) else { continue }
            let member = ring.member(index, in: 0)
            visited.insert(member)
            for _ in 0..<(generator.next() % 3) {
                let leaver = Int(generator.next() % 30)
                guard let place = places.removeValue(forKey: leaver) else { continue }
                ring.remove(place)
                left.insert(leaver)
            }
        }
        #expect(visited.union(left) == Set(0..<30))
        #expect(ring.count == places.count)
    }

    @Test func theNextOccupiedTickIsFound() {
        var ring = PhaseRing<Int>(period: 20_000_000)
        #expect(ring.occupiedTick(from: 5) == nil)
        let place = ring.insert(1, beatingAt: 3_000_000)
        #expect(ring.occupiedTick(from: 0) == 3 && ring.occupiedTick(from: 3) == 3 && ring.occupiedTick(from: 4) == 23)
        ring.remove(place)
        #expect(ring.occupiedTick(from: 0) == nil)
    }

    @Test func latenessIsCountedInPowersOfTwo() {
        var punctuality = Punctuality()
        for late in [UInt64(0), 99_999, 100_000, 350_000, 12_000_000] { punctuality.note(lateNanoseconds: late) }
        #expect(punctuality.total == 5 && punctuality.latestNanoseconds == 12_000_000)
        #expect(punctuality.bound(share: 0.4) == 100_000 && punctuality.bound(share: 0.6) == 200_000)
        #expect(punctuality.bound(share: 0.8) == 400_000 && punctuality.bound(share: 1) == 12_800_000)
    }
}

/// SplitMix64: the same numbers in every run.
struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
