internal import Bytes

/// A point of UTC, in nanoseconds since 1970-01-01T00:00:00Z without leap seconds: 1677 to 2262. Text is RFC 3339.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package init(seconds: Int64) { nanoseconds = seconds * 1_000_000_000 }

    package static let distantPast = Instant(nanoseconds: .min)
    package static let distantFuture = Instant(nanoseconds: .max)

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 {
        let quotient = nanoseconds / 1_000_000_000
        return nanoseconds % 1_000_000_000 < 0 ? quotient - 1 : quotient
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at the ends of the range.
    package func adding(seconds: Int64) -> Instant {
        let (product, tooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, over) = nanoseconds.addingReportingOverflow(product)
        return tooFar || over ? (seconds < 0 ? .distantPast : .distantFuture) : Instant(nanoseconds: sum)
    }

    /// Reads RFC 3339: `2026-06-18T00:00:00Z`, with fractions of a second or an offset. Nil for anything else, a day
    /// that does not exist included; a leap second (`:60`) is refused.
    package init?(_ text: some StringProtocol) {
        guard let local = LocalTime.scan(Array(text.utf8)), let offset = local.offsetSeconds,
            let seconds = local.time.secondsAsUTC
        else { return nil }
        let (whole, over) = (seconds - Int64(offset)).multipliedReportingOverflow(by: 1_000_000_000)
        guard !over else { return nil }
        nanoseconds = whole + Int64(local.nanoseconds)
    }

    /// `2026-06-18T00:00:00Z`; with a fraction of three, six or nine digits only where there is one.
    package var description: String {
        if self == .distantPast { return "-" }
        if self == .distantFuture { return "-" }
        let seconds = self.seconds
        let fraction = nanoseconds - seconds * 1_000_000_000
        var text = LocalTime(secondsAsUTC: seconds).description
        if fraction != 0 {
            let digits = String(1_000_000_000 + fraction).dropFirst()
            let kept = fraction % 1_000_000 == 0 ? 3 : fraction % 1_000 == 0 ? 6 : 9
            text += "." + digits.prefix(kept)
        }
        return text + "Z"
    }
}

/// A wall-clock reading without a zone: what a law or a contract states before one knows where.
package struct LocalTime: Hashable, Sendable, CustomStringConvertible {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// `2026-06-18T00:00`, `2026-06-18T00:00:00` or `2026-06-18`. Nil for anything else.
    package init?(_ text: some StringProtocol) {
        guard let scanned = LocalTime.scan(Array(text.utf8)), scanned.offsetSeconds == nil, scanned.nanoseconds == 0
        else { return nil }
        self = scanned.time
    }

    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The reading of a clock set to UTC.
    package init(secondsAsUTC seconds: Int64) {
        let day = Int((seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400)
        let rest = Int((seconds % 86_400 + 86_400) % 86_400)
        // Days to civil date: Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        hour = rest / 3600
        minute = rest % 3600 / 60
        second = rest % 60
    }

    /// Seconds since 1970 if the clock showed UTC; nil for a date or time that does not exist.
    package var secondsAsUTC: Int64? {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...LocalTime.days(in: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = Int64(era * 146_097 + dayOfEra - 719_468)
        return days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    package var description: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T" + padded(hour, 2) + ":"
            + padded(minute, 2) + ":" + padded(second, 2)
    }

    package static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// `offsetSeconds` is nil where the text names no offset.
    static func scan(_ text: [UInt8]) -> (time: LocalTime, nanoseconds: Int, offsetSeconds: Int?)? {
        var position = 0
        func digits(_ count: Int) -> Int? {
            guard position + count <= text.count else { return nil }
            var value = 0
            for byte in text[position..<position + count] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            position += count
            return value
        }
        func take(_ bytes: UInt8...) -> UInt8? {
            guard position < text.count, bytes.contains(text[position]) else { return nil }
            position += 1
            return text[position - 1]
        }
        guard let year = digits(4), take(0x2D) != nil, let month = digits(2), take(0x2D) != nil, let day = digits(2)
        else { return nil }
        var time = LocalTime(year: year, month: month, day: day)
        var nanoseconds = 0
        var offset: Int?
        if position < text.count {
            guard take(0x54, 0x74, 0x20) != nil, let hour = digits(2), take(0x3A) != nil, let minute = digits(2)
            else { return nil }
            time.hour = hour
            time.minute = minute
            if take(0x3A) != nil {
                guard let second = digits(2) else { return nil }
                time.second = second
                if take(0x2E) != nil {
                    var scale = 100_000_000
                    let start = position
                    while position < text.count, (0x30...0x39).contains(text[position]) {
                        nanoseconds += Int(text[position] - 0x30) * scale
                        scale /= 10
                        position += 1
                    }
                    guard (1...9).contains(position - start) else { return nil }
                }
            }
            if take(0x5A, 0x7A) != nil {
                offset = 0
            } else if let sign = take(0x2B, 0x2D) {
                guard let hours = digits(2), take(0x3A) != nil, let minutes = digits(2), hours < 24, minutes < 60
                else { return nil }
                offset = (hours * 3600 + minutes * 60) * (sign == 0x2B ? 1 : -1)
            }
        }
        guard position == text.count, time.secondsAsUTC != nil else { return nil }
        return (time, nanoseconds, offset)
    }
}

extension Range<Instant> {
    /// `[from, to)` as two RFC 3339 texts; an open end is nil.
    package var bounds: (from: String?, to: String?) {
        (
            lowerBound == .distantPast ? nil : lowerBound.description,
            upperBound == .distantFuture ? nil : upperBound.description
        )
    }
}
