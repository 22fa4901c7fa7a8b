/// SplitMix64: the same sequence on every machine, so that a failing state is found again by its seed. Never for real
/// keys.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: next()) { bytes.append(contentsOf: $0) } }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}

/// The same as a function that a state machine can be given.
package final class SeededSource: @unchecked Sendable {
    // SAFETY: a test uses one source on one thread.
    private var random: SeededRandom

    package init(_ seed: UInt64) { random = SeededRandom(seed) }

    package func bytes(_ count: Int) -> [UInt8] { random.bytes(count) }
}
