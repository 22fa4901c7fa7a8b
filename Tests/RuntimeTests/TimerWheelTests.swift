// Proves that the wheel fires every timer once, in order, never early, less than a tick late, at every distance.
import Testing

@testable import Runtime

struct TimerWheelTests {
    private let millisecond: UInt64 = 1_000_000

    @Test func firesInOrderAtEveryLevel() {
        var wheel = TimerWheel<Int>(now: 5_000 * millisecond)
        let distances: [UInt64] = [0, 1, 2, 63, 64, 65, 4_095, 4_096, 4_097, 262_144, 300_000, 20_000_000]
        for (index, distance) in distances.enumerated().reversed() {
            _ = wheel.schedule(at: (5_000 + distance) * millisecond, index)
        }
        var fired: [Int] = []
        while let next = wheel.nextDeadline {
            while let payload = wheel.popDue(now: next) {
                #expect(next >= (5_000 + distances[payload]) * millisecond)
                #expect(next < (5_001 + distances[payload]) * millisecond)
                fired.append(payload)
            }
        }
        #expect(fired == Array(distances.indices))
        #expect(wheel.count == 0)
    }

    @Test func cancelledTimersDoNotFireAndStaleTicketsAreHarmless() {
        var wheel = TimerWheel<String>(now: 0)
        let first = wheel.schedule(at: 10 * millisecond, "first")
        wheel.cancel(first)
        let second = wheel.schedule(at: 10 * millisecond, "second")
        wheel.cancel(first)
        #expect(wheel.popDue(now: 9 * millisecond) == nil)
        #expect(wheel.popDue(now: 10 * millisecond) == "second")
        #expect(wheel.popDue(now: 10 * millisecond) == nil)
        wheel.cancel(second)
        #expect(wheel.count == 0)
        #expect(wheel.nextDeadline == nil)
    }

    @Test func aDeadlineInThePastFiresAtOnce() {
        var wheel = TimerWheel<Int>(now: 1_000 * millisecond)
        _ = wheel.schedule(at: 3 * millisecond, 1)
        #expect(wheel.popDue(now: 1_000 * millisecond) == 1)
    }

    /// Against a sorted list as the model, over a long run of random steps.
    @Test func agreesWithAList() {
        var generator = SplitMix(state: 0x5EED)
        var wheel = TimerWheel<Int>(now: 0)
        var model: [Int: (deadline: UInt64, ticket: TimerWheel<Int>.Ticket)] = [:]
        var now: UInt64 = 0
        for step in 0..<20_000 {
            switch generator.next() % 4 {
            case 0, 1:
                let reach = UInt64(1) << (generator.next() % 34)
                let deadline = now + generator.next() % (reach * 1_000) + 1
                model[step] = (deadline, wheel.schedule(at: deadline, step))
            case 2:
                if let victim = model.keys.min() {
                    wheel.cancel(model[victim].map { $0.ticket } ?? wheel.schedule(at: now, -1))
                    model[victim] = nil
                }
            default:
                now += generator.next() % (50 * millisecond)
                while let payload = wheel.popDue(now: now) {
                    let entry = model.removeValue(forKey: payload)
                    #expect(entry != nil && (entry?.deadline ?? .max) <= now)
                }
                for entry in model.values { #expect(entry.deadline > now / millisecond * millisecond) }
            }
            #expect(wheel.count == model.count)
        }
    }
}

struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
