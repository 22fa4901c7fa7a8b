internal import Vocabulary

/// A notice as syslog (RFC 5424) has it, framed for a stream (RFC 5425 section 4.3: the length in bytes, a space, the
/// message).
///
///     <109>1 2026-06-18T00:00:00Z meridian.example portcullis - key [portcullis@32473 id="D-…" …] act key
package enum SyslogMessage {
    /// Log audit (13) times 8, and the severity: notice for acts, warning for alerts.
    private static func priority(_ kind: Notice.Kind) -> Int { 13 * 8 + (kind == .act ? 5 : 4) }

    /// 32473 is the number that RFC 5612 reserves for examples: the product has none of its own.
    private static let structure = "portcullis@32473"

    package static func frame(_ notice: Notice, installation: String) -> [UInt8] {
        let message = text(notice, installation: installation)
        return Array("\(message.utf8.count) \(message)".utf8)
    }

    /// - Parameter installation: its origin, which stands for the host's name: the record is of the installation.
    package static func text(_ notice: Notice, installation: String) -> String {
        var data = "[\(structure) id=\"\(notice.id)\" kind=\"\(notice.kind.rawValue)\""
        if let actor = notice.actor { data += " actor=\"\(actor)\"" }
        for (name, value) in notice.subjects { data += " \(parameter(name))=\"\(value)\"" }
        // Values are identifiers, in which nothing has to be escaped (section 6.3.3).
        return "<\(priority(notice.kind))>1 \(time(notice.at)) \(printable(installation, 255)) portcullis - "
            + "\(printable(notice.name, 32)) \(data)] \(notice.kind.rawValue) \(notice.name)"
    }

    /// Section 6.2.3: at most six digits of a second.
    private static func time(_ at: Instant) -> String {
        let micro = at.nanoseconds >= 0 ? at.nanoseconds - at.nanoseconds % 1000 : at.nanoseconds
        return Instant(nanoseconds: micro).description
    }

    /// PRINTUSASCII of at most so many characters (section 6).
    private static func printable(_ text: String, _ limit: Int) -> String {
        let kept = text.utf8.filter { (0x21...0x7E).contains($0) }.prefix(limit)
        return kept.isEmpty ? "-" : String(decoding: kept, as: UTF8.self)
    }

    /// SD-NAME: at most 32, without `=`, `]`, `"` and spaces.
    private static func parameter(_ name: String) -> String { String(name.prefix(32)) }
}
