internal import Bytes
package import Runtime

/// What a node counts, in the text format of Prometheus (version 0.0.4). Plain numbers on the loop's thread; read when
/// scraped.
@EventLoop
package final class Metrics {
    @EventLoop
    package final class Counter {
        package private(set) var value: UInt64 = 0
        package func add(_ amount: UInt64 = 1) { value &+= amount }
    }

    /// A distribution over fixed bounds, in seconds.
    @EventLoop
    package final class Histogram {
        nonisolated static let bounds: [(text: String, nanoseconds: UInt64)] = [
            ("0.0001", 100_000), ("0.00025", 250_000), ("0.0005", 500_000), ("0.001", 1_000_000), ("0.0025", 2_500_000),
            ("0.005", 5_000_000), ("0.01", 10_000_000), ("0.025", 25_000_000), ("0.05", 50_000_000),
            ("0.1", 100_000_000),
            ("0.25", 250_000_000), ("0.5", 500_000_000), ("1", 1_000_000_000), ("5", 5_000_000_000),
            ("30", 30_000_000_000),
        ]
        fileprivate var counts = [UInt64](repeating: 0, count: Histogram.bounds.count)
        fileprivate var count: UInt64 = 0
        fileprivate var sum: UInt64 = 0

        package func observe(nanoseconds: UInt64) {
            count &+= 1
            sum &+= nanoseconds
            for index in counts.indices where nanoseconds <= Histogram.bounds[index].nanoseconds {
                counts[index] &+= 1
                break
            }
        }
    }

    private enum Kind {
        case counter(Counter)
        case gauge(@EventLoop () -> Int)
        case histogram(Histogram)
    }

    private struct Series {
        var labels: [(StaticString, String)]
        var kind: Kind
    }

    /// LIMIT: series of one name, so that a label from outside cannot grow without end.
    private static let seriesPerName = 256
    private let node: String
    private var families: [(name: StaticString, help: StaticString, series: [Series])] = []

    package init(node: String) { self.node = node }

    package func counter(_ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = []) -> Counter
    {
        let counter = Counter()
        add(name, help, labels, .counter(counter))
        return counter
    }

    package func gauge(
        _ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = [],
        _ read: @escaping @EventLoop () -> Int
    ) { add(name, help, labels, .gauge(read)) }

    package func histogram(_ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = [])
        -> Histogram
    {
        let histogram = Histogram()
        add(name, help, labels, .histogram(histogram))
        return histogram
    }

    private func add(_ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)], _ kind: Kind) {
        let series = Series(labels: labels, kind: kind)
        if let index = families.firstIndex(where: { $0.name.description == name.description }) {
            if families[index].series.count < Metrics.seriesPerName { families[index].series.append(series) }
        } else {
            families.append((name, help, [series]))
        }
    }

    package func rendered() -> [UInt8] {
        var out: [UInt8] = []
        for family in families {
            out.append(
                contentsOf:
                    "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(type(family.series[0].kind))\n".utf8)
            for series in family.series { append(series, family.name, to: &out) }
        }
        return out
    }

    private func append(_ series: Series, _ name: StaticString, to out: inout [UInt8]) {
        let labels = labels(series.labels)
        switch series.kind {
        case .counter(let counter): out.append(contentsOf: "\(name){\(labels)} \(counter.value)\n".utf8)
        case .gauge(let read): out.append(contentsOf: "\(name){\(labels)} \(read())\n".utf8)
        case .histogram(let histogram):
            var below: UInt64 = 0
            for (bound, count) in zip(Histogram.bounds, histogram.counts) {
                below += count
                out.append(contentsOf: "\(name)_bucket{\(labels),le=\"\(bound.text)\"} \(below)\n".utf8)
            }
            out.append(contentsOf: "\(name)_bucket{\(labels),le=\"+Inf\"} \(histogram.count)\n".utf8)
            out.append(contentsOf: "\(name)_sum{\(labels)} \(Double(histogram.sum) / 1e9)\n".utf8)
            out.append(contentsOf: "\(name)_count{\(labels)} \(histogram.count)\n".utf8)
        }
    }

    private func labels(_ labels: [(StaticString, String)]) -> String {
        ([("node", node)] + labels.map { ($0.0.description, $0.1) })
            .map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.append(character)
            }
        }
    }

    private func type(_ kind: Kind) -> StaticString {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
