/// What holds after the last listed transition: the TZ string of POSIX (IEEE Std 1003.1-2017 section 8.3) with the
/// extensions of RFC 8536 section 3.3.1, such as `GMT0BST,M3.5.0/1,M10.5.0` or `<+08>-8`.
struct ZoneFooter: Sendable {
    private let standard: Int
    private let daylight: (offset: Int, start: Rule, end: Rule)?

    /// A day of every year, and a second of it.
    private struct Rule: Sendable {
        enum Day: Sendable {
            /// 1 to 365, 29 February never counted.
            case julian(Int)
            /// 0 to 365, 29 February counted.
            case ordinal(Int)
            /// `week` 5 is the last.
            case weekday(month: Int, week: Int, day: Int)
        }

        var day: Day
        /// After midnight; may be negative or beyond a day.
        var seconds: Int
    }

    init?(_ text: String) {
        var scanner = FooterScanner(Array(text.utf8))
        guard scanner.name(), let west = scanner.time(maximumHours: 24) else { return nil }
        standard = -west
        if scanner.isAtEnd {
            daylight = nil
            return
        }
        guard scanner.name() else { return nil }
        var offset = standard + 3600
        if !scanner.isAt(0x2C) {
            guard let west = scanner.time(maximumHours: 24) else { return nil }
            offset = -west
        }
        guard let start = ZoneFooter.rule(&scanner), let end = ZoneFooter.rule(&scanner), scanner.isAtEnd else {
            return nil
        }
        daylight = (offset, start, end)
    }

    private static func rule(_ scanner: inout FooterScanner) -> Rule? {
        guard scanner.take(0x2C) else { return nil }
        let day: Rule.Day
        if scanner.take(0x4D) {
            guard let month = scanner.number(1...12), scanner.take(0x2E), let week = scanner.number(1...5),
                scanner.take(0x2E), let weekday = scanner.number(0...6)
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        } else if scanner.take(0x4A) {
            guard let number = scanner.number(1...365) else { return nil }
            day = .julian(number)
        } else {
            guard let number = scanner.number(0...365) else { return nil }
            day = .ordinal(number)
        }
        guard scanner.take(0x2F) else { return Rule(day: day, seconds: 2 * 3600) }
        guard let seconds = scanner.time(maximumHours: 167) else { return nil }
        return Rule(day: day, seconds: seconds)
    }

    func offset(at second: Int64) -> Int {
        guard let daylight else { return standard }
        let year = LocalTime(secondsAsUTC: second + Int64(standard)).year
        // The last change at or before the second decides; a year's changes may reach over its end.
        var last: (at: Int64, offset: Int)?
        for candidate in (year - 1)...(year + 1) {
            for change in changes(in: candidate, daylight) where change.at <= second {
                if last.map({ $0.at <= change.at }) ?? true { last = change }
            }
        }
        return last?.offset ?? standard
    }

    /// Seconds of UTC at which clocks change, rising.
    func changes(between low: Int64, and high: Int64) -> [Int64] {
        guard let daylight else { return [] }
        let years = (LocalTime(secondsAsUTC: low).year - 1)...(LocalTime(secondsAsUTC: high).year + 1)
        return years.flatMap { changes(in: $0, daylight).map(\.at) }.filter { low <= $0 && $0 <= high }.sorted()
    }

    private func changes(
        in year: Int, _ daylight: (offset: Int, start: Rule, end: Rule)
    ) -> [(at: Int64, offset: Int)] {
        var changes: [(at: Int64, offset: Int)] = []
        if let midnight = ZoneFooter.midnight(of: daylight.start.day, in: year) {
            changes.append((midnight + Int64(daylight.start.seconds - standard), daylight.offset))
        }
        if let midnight = ZoneFooter.midnight(of: daylight.end.day, in: year) {
            changes.append((midnight + Int64(daylight.end.seconds - daylight.offset), standard))
        }
        return changes
    }

    /// As if clocks showed UTC.
    private static func midnight(of day: Rule.Day, in year: Int) -> Int64? {
        guard let january = LocalTime(year: year, month: 1, day: 1).secondsAsUTC else { return nil }
        switch day {
        case .julian(let number):
            let isAfterFebruary = LocalTime.days(in: 2, of: year) == 29 && number >= 60
            return january + Int64(number - 1 + (isAfterFebruary ? 1 : 0)) * 86_400
        case .ordinal(let number): return january + Int64(number) * 86_400
        case .weekday(let month, let week, let weekday):
            guard let first = LocalTime(year: year, month: month, day: 1).secondsAsUTC else { return nil }
            // 1 January 1970 was a Thursday, day 4.
            let firstDay = Int(((first / 86_400 + 4) % 7 + 7) % 7)
            var date = 1 + (weekday - firstDay + 7) % 7 + (week - 1) * 7
            if date > LocalTime.days(in: month, of: year) { date -= 7 }
            return first + Int64(date - 1) * 86_400
        }
    }
}

private struct FooterScanner {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }
    func isAt(_ byte: UInt8) -> Bool { position < text.count && text[position] == byte }

    mutating func take(_ byte: UInt8) -> Bool {
        guard isAt(byte) else { return false }
        position += 1
        return true
    }

    /// Three letters or more, or `<…>` with digits and signs.
    mutating func name() -> Bool {
        let start = position
        if take(0x3C) {
            while position < text.count, text[position] != 0x3E { position += 1 }
            return take(0x3E)
        }
        while position < text.count, (0x41...0x5A).contains(text[position] & 0xDF) { position += 1 }
        return position - start >= 3
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
        var value = 0
        let start = position
        while position < text.count, (0x30...0x39).contains(text[position]), position - start < 3 {
            value = value * 10 + Int(text[position] - 0x30)
            position += 1
        }
        return position > start && range.contains(value) ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time(maximumHours: Int) -> Int? {
        let sign = take(0x2D) ? -1 : 1
        if sign == 1 { _ = take(0x2B) }
        guard let hours = number(0...maximumHours) else { return nil }
        var seconds = hours * 3600
        if take(0x3A) {
            guard let minutes = number(0...59) else { return nil }
            seconds += minutes * 60
            if take(0x3A) {
                guard let rest = number(0...59) else { return nil }
                seconds += rest
            }
        }
        return sign * seconds
    }
}
