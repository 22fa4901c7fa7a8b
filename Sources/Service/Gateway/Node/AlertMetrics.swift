internal import Runtime
internal import Telemetry
internal import Vocabulary

/// What a gateway counts of its alerts.
@EventLoop
final class AlertMetrics {
    private let raised: [String: Metrics.Counter]
    private let other: Metrics.Counter
    /// Not raised, since so many others had been just before.
    let suppressed: Metrics.Counter
    /// Raised and recorded, and then pushed out of the queue to the console.
    let dropped: Metrics.Counter

    init(_ registry: Metrics) {
        let kinds = LocationAlert.allCases.map { "location_\($0.rawValue)" } + ["unknown_keys", "key_rejected"]
        func counter(_ kind: String) -> Metrics.Counter {
            registry.counter("portcullis_alerts_total", "Alerts raised by kind.", [("kind", kind)])
        }
        raised = Dictionary(uniqueKeysWithValues: kinds.map { ($0, counter($0)) })
        other = counter("other")
        let name: StaticString = "portcullis_alerts_dropped_total"
        let help: StaticString = "Alerts not raised or not handed to the console, by why; the second are recorded."
        suppressed = registry.counter(name, help, [("reason", "too_many")])
        dropped = registry.counter(name, help, [("reason", "queue_full")])
    }

    func raised(_ kind: String) { (raised[kind] ?? other).add() }
}
