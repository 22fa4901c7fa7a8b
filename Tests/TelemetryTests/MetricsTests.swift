// Proves the text that Prometheus reads: each family once, histograms that add up, labels escaped, texts merged.
import Runtime
import TestKit
import Testing

@testable import Telemetry

struct MetricsTests {
    init() { TestLoop.start() }

    @EventLoop private func text(_ metrics: Metrics) -> [String] {
        String(decoding: metrics.rendered(), as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    @Test @EventLoop func everyKind() {
        let metrics = Metrics(node: "gw1")
        let first = metrics.counter("a_total", "A.", [("kind", "x\"\\\n")])
        metrics.gauge("b", "B.") { 3 }
        metrics.counter("a_total", "A.", [("kind", "y")]).add(5)
        metrics.measure("c_seconds", "C.") { 0.25 }
        metrics.total("d_seconds_total", "D.") { 1.5 }
        metrics.info("e_info", "E.") { [(StaticString, String)](arrayLiteral: ("word", "z")) }
        metrics.counter("f_total", "F.") { 7 }
        first.add()
        #expect(
            text(metrics) == [
                "# HELP a_total A.", "# TYPE a_total counter", #"a_total{node="gw1",kind="x\"\\\n"} 1"#,
                #"a_total{node="gw1",kind="y"} 5"#, "# HELP b B.", "# TYPE b gauge", #"b{node="gw1"} 3"#,
                "# HELP c_seconds C.", "# TYPE c_seconds gauge", #"c_seconds{node="gw1"} 0.25"#,
                "# HELP d_seconds_total D.", "# TYPE d_seconds_total counter", #"d_seconds_total{node="gw1"} 1.5"#,
                "# HELP e_info E.", "# TYPE e_info gauge", #"e_info{node="gw1",word="z"} 1"#, "# HELP f_total F.",
                "# TYPE f_total counter", #"f_total{node="gw1"} 7"#,
            ])
    }

    @Test @EventLoop func aHistogramAddsUp() {
        let metrics = Metrics(node: "gw1")
        let times = metrics.histogram("t_seconds", "T.")
        for nanoseconds: UInt64 in [100_000, 100_001, 30_000_000_001] { times.observe(nanoseconds: nanoseconds) }
        let counts = metrics.histogram("n", "N.", [("kind", "x")], .counts)
        for count: UInt64 in [1, 3, 4, 5000] { counts.observe(count) }
        let lines = text(metrics)
        #expect(lines.contains(#"t_seconds_bucket{node="gw1",le="0.0001"} 1"#))
        #expect(lines.contains(#"t_seconds_bucket{node="gw1",le="0.00025"} 2"#))
        #expect(lines.contains(#"t_seconds_bucket{node="gw1",le="30"} 2"#))
        #expect(lines.contains(#"t_seconds_bucket{node="gw1",le="+Inf"} 3"#))
        #expect(lines.contains(#"t_seconds_count{node="gw1"} 3"#))
        #expect(lines.contains(#"n_bucket{node="gw1",kind="x",le="4"} 3"#))
        #expect(lines.contains(#"n_bucket{node="gw1",kind="x",le="1024"} 3"#))
        #expect(lines.contains(#"n_sum{node="gw1",kind="x"} 5008"#))
    }

    @Test @EventLoop func seriesOfOneNameAreBounded() {
        let metrics = Metrics(node: "gw1")
        for number in 0..<Metrics.seriesPerName + 10 {
            metrics.counter("a_total", "A.", [("kind", "\(number)")]).add()
        }
        #expect(text(metrics).count == 2 + Metrics.seriesPerName)
    }

    @Test func textsAreMergedByFamily() {
        var merged = MetricsText()
        merged.add("# HELP a A.\n# TYPE a gauge\na{node=\"1\"} 1\n# HELP b B.\n# TYPE b gauge\nb{node=\"1\"} 2\n")
        merged.add("# HELP b B.\n# TYPE b gauge\nb{node=\"2\"} 3\n# HELP a A.\n# TYPE a gauge\na{node=\"2\"} 4\n")
        merged.add("stray 1\n")
        #expect(
            String(decoding: merged.bytes, as: UTF8.self) == """
                # HELP a A.
                # TYPE a gauge
                a{node="1"} 1
                a{node="2"} 4
                # HELP b B.
                # TYPE b gauge
                b{node="1"} 2
                b{node="2"} 3

                """)
    }
}
