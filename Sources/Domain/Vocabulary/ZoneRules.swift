internal import Bytes

/// What the clocks of one zone showed and will show: a TZif file (RFC 8536), as /usr/share/zoneinfo holds them.
///
/// A law or contract says "from 18 June, 00:00, Hong Kong"; this turns such a reading into UTC.
package struct ZoneRules: Sendable {
    private struct Transition: Sendable {
        /// Seconds since 1970 at which `offset` begins.
        var at: Int64
        /// East of UTC is positive.
        var offset: Int
    }

    private let first: Int
    private let transitions: [Transition]
    /// What holds after the last transition; nil where the file says nothing.
    private let footer: ZoneFooter?

    package enum Fault: Error, Hashable, Sendable {
        case notTZif
        case damaged
        /// Clocks that count leap seconds ("right/…") do not show legal time.
        case leapSeconds
        case badFooter(String)
    }

    /// UTC itself.
    package static let utc = ZoneRules()

    private init() {
        first = 0
        transitions = []
        footer = nil
    }

    package init(tzif bytes: [UInt8]) throws(Fault) {
        var reader = ByteReader(bytes)
        guard let header = ZoneHeader(&reader) else { throw .notTZif }
        // Version 1 has 32-bit times only and no footer; every tzdata of this century writes version 2 or later, whose
        // second block repeats the first in 64 bits (RFC 8536 section 3.2).
        guard header.version >= 2, reader.skip(count: header.bodyLength(timeSize: 4)),
            let second = ZoneHeader(&reader)
        else { throw .damaged }
        guard second.leapCount == 0 else { throw .leapSeconds }
        guard let body = ZoneBody(second, &reader) else { throw .damaged }
        transitions = zip(body.times, body.types).map { Transition(at: $0, offset: body.offsets[$1]) }
        first = body.offsets[0]
        guard reader.read(UInt8.self) == 0x0A, let rest = reader.read(count: reader.remaining),
            let end = rest.firstIndex(of: 0x0A)
        else { throw .damaged }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        if text.isEmpty {
            footer = nil
        } else {
            guard let rule = ZoneFooter(text) else { throw .badFooter(text) }
            footer = rule
        }
    }

    /// Seconds east of UTC at a second of UTC.
    package func offset(at second: Int64) -> Int {
        guard let last = transitions.last else { return footer?.offset(at: second) ?? first }
        if second >= last.at, let footer { return footer.offset(at: second) }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : transitions[low - 1].offset
    }

    /// The instants that a wall clock's reading can mean. Mostly one; two where clocks are set back and show it twice,
    /// or are set forward and never show it: then with the offset before and with the offset after.
    package struct Readings: Hashable, Sendable {
        package var earliest: Instant
        package var latest: Instant
    }

    /// Nil for a date that does not exist, or beyond what an `Instant` holds.
    package func readings(of local: LocalTime) -> Readings? {
        guard let wall = local.secondsAsUTC else { return nil }
        // No offset is larger than 26 hours (RFC 8536 section 3.2), so these are all that can apply.
        let reach: Int64 = 26 * 3600
        var offsets = Set([wall - reach, wall + reach].map { offset(at: $0) })
        for transition in changes(between: wall - reach, and: wall + reach) {
            offsets.insert(offset(at: transition - 1))
            offsets.insert(offset(at: transition))
        }
        var seconds = offsets.map { wall - Int64($0) }.filter { $0 + Int64(offset(at: $0)) == wall }
        if seconds.isEmpty {
            for change in changes(between: wall - reach, and: wall + reach) {
                let (before, after) = (Int64(offset(at: change - 1)), Int64(offset(at: change)))
                if change + before <= wall, wall < change + after { seconds += [wall - before, wall - after] }
            }
        }
        guard let earliest = seconds.min(), let latest = seconds.max() else { return nil }
        let limit = Int64.max / 1_000_000_000
        guard abs(earliest) < limit, abs(latest) < limit else { return nil }
        return Readings(earliest: Instant(seconds: earliest), latest: Instant(seconds: latest))
    }

    private func changes(between low: Int64, and high: Int64) -> [Int64] {
        var changes = transitions.map(\.at).filter { low <= $0 && $0 <= high }
        if let footer {
            let from = max(low, transitions.last.map { $0.at + 1 } ?? low)
            if from <= high { changes += footer.changes(between: from, and: high) }
        }
        return changes
    }
}

/// The head of a block: counts of what follows (RFC 8536 section 3.1).
private struct ZoneHeader {
    var version: Int
    var utCount: Int
    var standardCount: Int
    var leapCount: Int
    var timeCount: Int
    var typeCount: Int
    var characterCount: Int

    /// LIMIT: entries of each kind; the largest file of tzdata has some hundreds.
    static let maximumCount = 100_000

    init?(_ reader: inout ByteReader) {
        guard reader.read(count: 4) == Array("TZif".utf8), let version = reader.read(UInt8.self),
            reader.skip(count: 15)
        else { return nil }
        var counts: [Int] = []
        for _ in 0..<6 {
            guard let count = reader.read(UInt32.self), count <= UInt32(ZoneHeader.maximumCount) else { return nil }
            counts.append(Int(count))
        }
        self.version = version == 0 ? 1 : Int(version) - 0x30
        (utCount, standardCount, leapCount) = (counts[0], counts[1], counts[2])
        (timeCount, typeCount, characterCount) = (counts[3], counts[4], counts[5])
    }

    func bodyLength(timeSize: Int) -> Int {
        timeCount * timeSize + timeCount + typeCount * 6 + characterCount + leapCount * (timeSize + 4)
            + standardCount + utCount
    }
}

/// The block of 64-bit times (RFC 8536 section 3.2).
private struct ZoneBody {
    var times: [Int64] = []
    var types: [Int] = []
    var offsets: [Int] = []

    init?(_ header: ZoneHeader, _ reader: inout ByteReader) {
        guard header.typeCount > 0 else { return nil }
        for _ in 0..<header.timeCount {
            guard let time = reader.read(Int64.self), times.last.map({ $0 < time }) ?? true else { return nil }
            // Some files begin with a time before all time (RFC 8536 section 3.2 allows any).
            times.append(max(time, -(1 << 59)))
        }
        for _ in 0..<header.timeCount {
            guard let type = reader.read(UInt8.self), Int(type) < header.typeCount else { return nil }
            types.append(Int(type))
        }
        for _ in 0..<header.typeCount {
            guard let offset = reader.read(Int32.self), abs(Int(offset)) <= 26 * 3600, reader.skip(count: 2) else {
                return nil
            }
            offsets.append(Int(offset))
        }
        guard reader.skip(count: header.characterCount + header.standardCount + header.utCount) else { return nil }
    }
}
