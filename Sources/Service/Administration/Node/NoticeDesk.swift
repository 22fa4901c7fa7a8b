internal import Bytes
internal import CBOR
internal import CutOff
internal import Ledger
internal import Notices
internal import Runtime
internal import Telemetry
internal import Vocabulary

/// What the console tells outside: administrative acts, after their record, and alerts, after they are stored. Nothing
/// waits for a receiver.
@EventLoop
final class NoticeDesk {
    private let sinks: [NoticeSink]

    /// Acts that are told. Evidence is none: a building's badges would be most of it.
    private static let told: Set<RecordType> = [.key, .person, .policy, .terms, .read, .cut, .reopen, .approval]
    /// Members of a record that name something. Others may hold what a person wrote, and stay here.
    private static let named: Set<String> = [
        "accepted", "account", "act", "approval", "bundle", "change", "entity", "index", "key", "log", "person",
        "policy", "previous", "purpose", "source", "use_case",
    ]

    init(_ sinks: [NoticeSink], _ metrics: Metrics) {
        self.sinks = sinks
        for sink in sinks { NoticeDesk.addMetrics(of: sink, to: metrics) }
    }

    // MARK: What is told

    func act(_ type: RecordType, _ abouts: [[(String, CBOR)]], by actor: RecordedActor, at: Instant, _ last: Reference)
    {
        guard !sinks.isEmpty, NoticeDesk.told.contains(type) else { return }
        for (position, about) in abouts.enumerated() {
            let isLast = position == abouts.count - 1
            tell(
                Notice(
                    id: isLast ? "\(last)" : "\(last)-\(abouts.count - 1 - position)", at: at, kind: .act,
                    name: type.description.lowercased(), actor: NoticeDesk.name(of: actor),
                    subjects: about.compactMap { name, value in NoticeDesk.subject(name, value) }))
        }
    }

    /// - Parameter recorded: nil when the record failed; what cuts off holds all the same.
    func act(_ event: CutEvent, by actor: RecordedActor, at: Instant, _ recorded: Reference?) {
        guard !sinks.isEmpty else { return }
        var subjects: [(name: String, value: String)] = [("event", event.id.text)]
        var name = "reopen"
        if case .cut(_, let cut) = event {
            name = "cut"
            subjects.append(("cut", cut.id.text))
        }
        if recorded == nil { subjects.append(("recorded", "no")) }
        tell(
            Notice(
                id: recorded.map { "\($0)" } ?? event.id.text, at: at, kind: .act, name: name,
                actor: NoticeDesk.name(of: actor), subjects: subjects))
    }

    /// Its details stay here: `portcullis alerts` has them under the same number.
    func alert(_ number: Int64, _ kind: String, person: PersonID?, node: String, at: Instant) {
        guard !sinks.isEmpty else { return }
        tell(
            Notice(
                id: "alert-\(number)-\(at.seconds)", at: at, kind: .alert, name: kind, actor: "node:\(node)",
                subjects: [("alert", "\(number)"), ("person", person?.text ?? "")]))
    }

    private func tell(_ notice: Notice) { for sink in sinks { sink.push(notice) } }

    private static func subject(_ name: String, _ value: CBOR) -> (name: String, value: String)? {
        guard named.contains(name) else { return nil }
        if let text = value.asText { return (name, text) }
        if let bytes = value.asBytes { return (name, Hex.encode(bytes)) }
        return value.asInteger.map { (name, "\($0)") }
    }

    private static func name(of actor: RecordedActor) -> String? {
        if let person = actor.person { return "person:\(person.text)" }
        if let account = actor.account { return "account:\(account.text)" }
        if let peer = actor.peer { return "uid:\(peer)" }
        return actor.service.map { "service:\($0)" }
    }

    // MARK: Metrics

    private static func addMetrics(of sink: NoticeSink, to metrics: Metrics) {
        let label: [(StaticString, String)] = [("sink", sink.name)]
        func count(_ outcome: String, _ read: @escaping @EventLoop (NoticeQueue) -> UInt64) {
            metrics.counter(
                "portcullis_notices_total", "Notices by receiver and by what became of them.",
                label + [("outcome", outcome)]
            ) { read(sink.queue) }
        }
        count("delivered") { $0.delivered }
        count("not_wanted") { $0.refused }
        count("tried_again") { $0.failures }
        count("lost") { $0.lost }
        metrics.gauge("portcullis_notice_queue_length", "Notices that wait for a receiver.", label) {
            sink.queue.count
        }
        metrics.gauge("portcullis_notice_queue_limit", "Notices that may wait for a receiver.", label) {
            NoticeQueue.capacity
        }
    }
}
