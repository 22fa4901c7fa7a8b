internal import Bytes
package import Runtime

/// What a node counts, in the text format of Prometheus (version 0.0.4). Plain numbers on the loop's thread; read when
/// scraped. Counting allocates nothing.
@EventLoop
package final class Metrics {
    @EventLoop
    package final class Counter {
        package private(set) var value: UInt64 = 0
        package func add(_ amount: UInt64 = 1) { value &+= amount }
    }

    private enum Kind {
        case counter(Counter)
        case countRead(@EventLoop () -> UInt64)
        case total(@EventLoop () -> Double)
        case gauge(@EventLoop () -> Double)
        case histogram(Histogram)
        /// Always 1; what it says are labels that are read with it.
        case info(@EventLoop () -> [(StaticString, String)])

        var type: StaticString {
            switch self {
            case .counter, .countRead, .total: "counter"
            case .gauge, .info: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct Series {
        /// As they are printed, without braces.
        var labels: String
        var kind: Kind
    }

    /// LIMIT: series of one name, so that a label from outside cannot grow without end. What comes later is counted
    /// nowhere; whoever gives labels that grow has a smaller limit of its own and a last label for the rest.
    package nonisolated static let seriesPerName = 4096
    private let node: String
    private var families: [(name: String, help: StaticString, series: [Series])] = []
    private var places: [String: Int] = [:]

    package init(node: String) { self.node = node }

    package func counter(_ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = []) -> Counter
    {
        let counter = Counter()
        add(name, help, labels, .counter(counter))
        return counter
    }

    /// A counter that somebody else keeps.
    package func counter(
        _ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = [],
        _ read: @escaping @EventLoop () -> UInt64
    ) { add(name, help, labels, .countRead(read)) }

    /// A counter in fractions of its unit that somebody else keeps.
    package func total(_ name: StaticString, _ help: StaticString, _ read: @escaping @EventLoop () -> Double) {
        add(name, help, [], .total(read))
    }

    package func gauge(
        _ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = [],
        _ read: @escaping @EventLoop () -> Int
    ) { add(name, help, labels, .gauge { Double(read()) }) }

    /// A gauge in fractions of its unit, seconds for instance.
    package func measure(
        _ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = [],
        _ read: @escaping @EventLoop () -> Double
    ) { add(name, help, labels, .gauge(read)) }

    package func info(
        _ name: StaticString, _ help: StaticString, _ read: @escaping @EventLoop () -> [(StaticString, String)]
    ) { add(name, help, [], .info(read)) }

    package func histogram(
        _ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)] = [],
        _ buckets: Histogram.Buckets = .seconds
    ) -> Histogram {
        let histogram = Histogram(buckets)
        add(name, help, labels, .histogram(histogram))
        return histogram
    }

    private func add(_ name: StaticString, _ help: StaticString, _ labels: [(StaticString, String)], _ kind: Kind) {
        let series = Series(labels: printed(labels), kind: kind)
        if let place = places[name.description] {
            guard families[place].series.count < Metrics.seriesPerName else { return }
            families[place].series.append(series)
        } else {
            places[name.description] = families.count
            families.append((name.description, help, [series]))
        }
    }

    // MARK: Text

    package func rendered() -> [UInt8] {
        var out: [UInt8] = []
        for family in families {
            out.append(contentsOf: "# HELP \(family.name) \(family.help)\n".utf8)
            out.append(contentsOf: "# TYPE \(family.name) \(family.series[0].kind.type)\n".utf8)
            for series in family.series { append(series, family.name, to: &out) }
        }
        return out
    }

    private func append(_ series: Series, _ name: String, to out: inout [UInt8]) {
        let labels = series.labels
        switch series.kind {
        case .counter(let counter): out.append(contentsOf: "\(name){\(labels)} \(counter.value)\n".utf8)
        case .countRead(let read): out.append(contentsOf: "\(name){\(labels)} \(read())\n".utf8)
        case .total(let read), .gauge(let read):
            out.append(contentsOf: "\(name){\(labels)} \(Metrics.number(read()))\n".utf8)
        case .info(let read): out.append(contentsOf: "\(name){\(printed(read()))} 1\n".utf8)
        case .histogram(let histogram):
            histogram.write { suffix, bound, value in
                let le = bound.map { ",le=\"\($0)\"" } ?? ""
                out.append(contentsOf: "\(name)_\(suffix){\(labels)\(le)} \(value)\n".utf8)
            }
        }
    }

    /// Whole numbers without a fraction.
    nonisolated static func number(_ value: Double) -> String {
        guard value == value.rounded(), value.magnitude < 1e15 else { return "\(value)" }
        return "\(Int64(value))"
    }

    private func printed(_ labels: [(StaticString, String)]) -> String {
        ([("node", node)] + labels.map { ($0.0.description, $0.1) })
            .map { "\($0.0)=\"\(Metrics.escaped($0.1))\"" }.joined(separator: ",")
    }

    private nonisolated static func escaped(_ text: String) -> String {
        text.reduce(into: "") { out, character in
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.append(character)
            }
        }
    }
}
