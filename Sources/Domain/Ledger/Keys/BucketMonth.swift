package import Vocabulary

/// A month of UTC: keys of one month share a bucket key, so that a month can be disposed of at once.
package struct BucketMonth: Hashable, Sendable, Comparable {
    package let year: Int
    package let month: Int

    package init(_ instant: Instant) {
        let time = LocalTime(secondsAsUTC: instant.seconds)
        year = time.year
        month = time.month
    }

    init?(year: Int, month: Int) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        self.year = year
        self.month = month
    }

    package static func < (left: BucketMonth, right: BucketMonth) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}
