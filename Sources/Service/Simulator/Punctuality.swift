/// How late tokens were sent, counted in powers of two of a tenth of a millisecond.
struct Punctuality: Equatable {
    private static let bucketCount = 24
    private(set) var counts = Array(repeating: UInt64(0), count: bucketCount)
    private(set) var total: UInt64 = 0
    private(set) var latestNanoseconds: UInt64 = 0

    mutating func note(lateNanoseconds late: UInt64) {
        let steps = late / 100_000
        counts[min(Punctuality.bucketCount - 1, UInt64.bitWidth - steps.leadingZeroBitCount)] += 1
        total += 1
        latestNanoseconds = max(latestNanoseconds, late)
    }

    /// An upper bound of the lateness of this share of all tokens, in nanoseconds.
    func bound(share: Double) -> UInt64 {
        var seen: UInt64 = 0
        for (bucket, count) in counts.enumerated() {
            seen += count
            if Double(seen) >= share * Double(total) { return 100_000 << UInt64(bucket) }
        }
        return latestNanoseconds
    }
}
