package import Runtime

/// A distribution over fixed bounds. Observing costs a comparison a bound and allocates nothing.
@EventLoop
package final class Histogram {
    /// Bounds, and what a unit of the observed numbers is printed as.
    package struct Buckets: Sendable {
        let bounds: [(text: String, value: UInt64)]
        /// Observed numbers are so many to one of the printed unit.
        let scale: Double

        /// From 100 µs to 30 s, observed in nanoseconds.
        package static let seconds = Buckets(
            bounds: [
                ("0.0001", 100_000), ("0.00025", 250_000), ("0.0005", 500_000), ("0.001", 1_000_000),
                ("0.0025", 2_500_000), ("0.005", 5_000_000), ("0.01", 10_000_000), ("0.025", 25_000_000),
                ("0.05", 50_000_000), ("0.1", 100_000_000), ("0.25", 250_000_000), ("0.5", 500_000_000),
                ("1", 1_000_000_000), ("5", 5_000_000_000), ("30", 30_000_000_000),
            ], scale: 1e9)

        /// Powers of two up to 1,024.
        package static let counts = Buckets(
            bounds: (0...10).map { ("\(1 << $0)", UInt64(1) << UInt64($0)) }, scale: 1)
    }

    private let buckets: Buckets
    private var counts: [UInt64]
    private var count: UInt64 = 0
    private var sum: UInt64 = 0

    init(_ buckets: Buckets) {
        self.buckets = buckets
        counts = [UInt64](repeating: 0, count: buckets.bounds.count)
    }

    package func observe(_ value: UInt64) {
        count &+= 1
        sum &+= value
        for index in counts.indices where value <= buckets.bounds[index].value {
            counts[index] &+= 1
            break
        }
    }

    package func observe(nanoseconds: UInt64) { observe(nanoseconds) }

    /// Every line of it: suffix of the name, bound, value.
    func write(_ line: (StaticString, String?, String) -> Void) {
        var below: UInt64 = 0
        for (bound, count) in zip(buckets.bounds, counts) {
            below += count
            line("bucket", bound.text, "\(below)")
        }
        line("bucket", "+Inf", "\(count)")
        line("sum", nil, Metrics.number(Double(sum) / buckets.scale))
        line("count", nil, "\(count)")
    }
}
