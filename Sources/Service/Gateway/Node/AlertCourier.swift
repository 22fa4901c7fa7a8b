internal import AdministrationClient
internal import JSON
internal import Runtime
internal import Telemetry
internal import Vocabulary

/// Brings a node's alerts to the console. What the console does not take is tried again; the record in the ledger does
/// not depend on it.
@EventLoop
final class AlertCourier {
    private let client: AdminClient
    private let node: NodeID
    private let metrics: AlertMetrics
    private var waiting: [AlertDesk.Alert] = []
    private var isRunning = false

    /// LIMIT: alerts that wait for the console; beyond it the oldest that is about no person is dropped, and stays in
    /// the ledger.
    nonisolated static let capacity = 1024
    private static let retry: UInt64 = .seconds(1)

    init(_ client: AdminClient, node: NodeID, metrics: AlertMetrics) {
        self.client = client
        self.metrics = metrics
        self.node = node
    }

    var waitingCount: Int { waiting.count }

    func take(_ alert: AlertDesk.Alert) {
        waiting.append(alert)
        if waiting.count > AlertCourier.capacity {
            waiting.remove(at: waiting.firstIndex { $0.person == nil } ?? 0)
            metrics.dropped.add()
        }
        guard !isRunning else { return }
        isRunning = true
        EventLoop.spawn { await self.run() }
    }

    private func run() async {
        while let alert = waiting.first {
            do throws(AdminFailure) {
                let answer = try await client.send("POST", "/control/alerts", body: body(alert))
                // A console that does not want it will not want it later either.
                _ = answer
                if !waiting.isEmpty { waiting.removeFirst() }
            } catch {
                await EventLoop.sleep(nanoseconds: AlertCourier.retry)
            }
        }
        isRunning = false
    }

    private func body(_ alert: AlertDesk.Alert) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("node", node.text)
            object.member("kind", alert.kind)
            object.member("person", alert.person?.text)
            object.member("detail", alert.detail)
            object.member("at", alert.at.description)
        }
        return writer.bytes
    }
}
