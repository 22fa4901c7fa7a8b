internal import Vocabulary
internal import YAML

/// Reads `valid`: intervals as law and contracts state them, in local time with a zone, half-open.
///
///     valid:
///       - {from: "2026-06-18T00:00", zone: Asia/Hong_Kong}
///       - {from: "2026-06-12T21:21:00Z", to: "2026-07-01T00:00:00Z"}
///
/// A reading that clocks show twice, or never, is taken so that it is forbidden longer: a rule that forbids or obliges
/// begins at the earlier and ends at the later instant, a permit the other way round.
struct ValidityReader {
    enum Side { case restricts, permits }

    let zones: ZoneShelf
    let side: Side

    /// Nil when something was reported.
    func validity(_ record: inout RecordReader) -> Validity? {
        guard let node = record.required("valid", "the intervals in which it holds") else { return nil }
        guard let items = node.items, !items.isEmpty else {
            record.fail(node.position, "`valid`: expected a list of intervals, found \(node.shown)")
            return nil
        }
        var intervals: [Range<Instant>] = []
        for item in items {
            guard let interval = interval(item, record.file, record.faults) else { return nil }
            intervals.append(interval)
        }
        return Validity(intervals)
    }

    private func interval(_ node: YAMLNode, _ file: String, _ faults: FaultList) -> Range<Instant>? {
        guard var record = RecordReader(node, file, faults, expected: "an interval {from, to, zone}") else {
            return nil
        }
        let fromNode = record.required("from", "the instant at which it begins")
        let toNode = record.optional("to")
        let zoneNode = record.optional("zone")
        record.finish()
        guard let fromNode else { return nil }
        let start = instant(fromNode, "from", zoneNode, record, earlier: side == .restricts)
        let end = toNode.map { instant($0, "to", zoneNode, record, earlier: side == .permits) } ?? .some(.distantFuture)
        guard let start, let end else { return nil }
        guard start < end else {
            record.fail(node.position, "the interval is empty: `to` must lie after `from`")
            return nil
        }
        return start..<end
    }

    private func instant(
        _ node: YAMLNode, _ key: String, _ zoneNode: YAMLNode?, _ record: RecordReader, earlier: Bool
    ) -> Instant? {
        guard let text = node.text else {
            record.fail(node.position, "`\(key)`: expected a time, found \(node.shown)")
            return nil
        }
        if let instant = Instant(text) { return instant }
        guard let local = LocalTime(text) else {
            record.fail(
                node.position,
                "`\(key)`: expected a time such as 2026-06-18T00:00 or 2026-06-18T00:00:00Z, found \(node.shown)")
            return nil
        }
        guard let zoneNode, let name = zoneNode.text else {
            record.fail(
                node.position, "`\(key)` is local time: add `zone`, such as Asia/Hong_Kong, or write it in UTC with Z")
            return nil
        }
        guard let zone = name == "UTC" ? .utc : zones.zone(name) else {
            record.fail(zoneNode.position, "there is no time zone \(zoneNode.shown): use a name of the IANA database")
            return nil
        }
        guard let readings = zone.readings(of: local) else {
            record.fail(node.position, "`\(key)`: \(node.shown) lies beyond the years that are counted (1678 to 2261)")
            return nil
        }
        return earlier ? readings.earliest : readings.latest
    }
}
