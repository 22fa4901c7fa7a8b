internal import CBOR
internal import Identity
internal import Ledger
internal import Location
internal import Runtime
internal import Stores
internal import Telemetry
internal import Transport
internal import Vocabulary

/// Raises alerts: recorded in the node's control log, written to its operational log, and handed to the console. The
/// same alert about the same person is raised once in a while, not with every request.
@EventLoop
final class AlertDesk {
    struct Alert: Sendable {
        var kind: String
        var person: PersonID?
        var detail: String
        var at: Instant
    }

    /// LIMIT: how long an alert is not repeated, in nanoseconds.
    private static let quietTime: UInt64 = .seconds(600)
    /// LIMIT: alerts remembered, for not repeating them; beyond it only those about persons are raised.
    private static let capacity = 1024

    private let ledger: NodeLedger
    private let log: GatewayLog
    private let lease: @EventLoop () -> Lease
    private let metrics: AlertMetrics
    private var raised: [String: UInt64] = [:]
    private let handOver: @EventLoop (Alert) -> Void

    init(
        ledger: NodeLedger, log: GatewayLog, metrics: AlertMetrics, lease: @escaping @EventLoop () -> Lease,
        handOver: @escaping @EventLoop (Alert) -> Void
    ) {
        self.ledger = ledger
        self.log = log
        self.lease = lease
        self.metrics = metrics
        self.handOver = handOver
    }

    func raise(_ alert: LocationAlert, about person: PersonID, _ located: Located) {
        let places = located.places.sorted?.map(\.description).joined(separator: ",") ?? "*"
        raise(
            Alert(
                kind: "location_\(alert.rawValue)", person: person,
                detail: "places \(places); evidence " + located.used.map(\.id.text).joined(separator: ","),
                at: NodeLedger.now().wall))
    }

    /// A key that nobody has says something of the address it comes from only; anybody can make up any number of them.
    func rejected(_ bearer: BearerID, _ rejection: Directory.Rejection, from peer: SocketAddress) {
        let now = NodeLedger.now().wall
        if case .unknown = rejection {
            let address = peer.bytes.map { $0.map { String($0) }.joined(separator: ".") } ?? "-"
            raise(Alert(kind: "unknown_keys", person: nil, detail: "from \(address)", at: now))
        } else {
            switch bearer {
            case .key(let id):
                raise(Alert(kind: "key_rejected", person: nil, detail: "key \(id): \(rejection)", at: now))
            // Sessions end by themselves all day; one that was ended by somebody and is presented still is news.
            case .session(let id) where rejection == .revoked:
                raise(Alert(kind: "session_rejected", person: nil, detail: "session \(id): revoked", at: now))
            case .session: return
            }
        }
    }

    /// A certificate that was put in place and cannot be used.
    func certificate(_ detail: String) {
        raise(Alert(kind: "certificate", person: nil, detail: detail, at: NodeLedger.now().wall))
    }

    private func raise(_ alert: Alert) {
        let name = "\(alert.kind) \(alert.person?.text ?? "") \(alert.person == nil ? alert.detail : "")"
        let now = Reactor.shared.now
        if let last = raised[name], now &- last < AlertDesk.quietTime { return }
        if raised.count >= AlertDesk.capacity {
            raised = raised.filter { now &- $0.value < AlertDesk.quietTime }
            // So many at once are one alarm, and it has been raised.
            guard raised.count < AlertDesk.capacity || alert.person != nil else { return metrics.suppressed.add() }
        }
        raised[name] = now
        metrics.raised(alert.kind)
        log.logger.warning("alert", ["kind": .name(alert.kind), "person": .name(alert.person?.text ?? "-")])
        handOver(alert)
        EventLoop.spawn { await self.record(alert) }
    }

    private func record(_ alert: Alert) async {
        var about: [(String, CBOR)] = [("kind", .text(alert.kind)), ("detail", .text(alert.detail))]
        if let person = alert.person { about.append(("person", .text(person.text))) }
        do throws(LedgerError) {
            let control = try await ledger.log(for: NodeLedger.control)
            _ = try await control.act(
                .alert, ActRecord(actor: RecordedActor(service: "gateway"), about: .map(about)), lease: lease())
        } catch { log.recordFailed(error) }
    }
}
