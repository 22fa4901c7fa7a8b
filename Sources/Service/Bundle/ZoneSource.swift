internal import Files
package import Vocabulary

/// Where the tables of time zones come from: the system's at first, the snapshot's own when it is read again, so that a
/// change of tzdata never changes what a bundle meant.
package struct ZoneSource: Sendable {
    private let load: @Sendable (String) -> [UInt8]?

    /// - Parameter load: the TZif file of a zone such as `Asia/Hong_Kong`; nil where there is none.
    package init(_ load: @escaping @Sendable (String) -> [UInt8]?) { self.load = load }

    /// LIMIT: bytes of one table; the largest has four thousand.
    static let maximumBytes = 64 << 10

    /// Debian's package tzdata.
    package static let system = ZoneSource { name in
        // A zone that cannot be read does not exist; the loader says so with the name.
        try? WholeFile.read("/usr/share/zoneinfo/" + name, limit: maximumBytes)
    }

    /// What a local time can mean in a zone; nil for a zone that does not exist.
    package func readings(of local: LocalTime, in zone: String) -> ZoneRules.Readings? {
        // A damaged table is as good as none.
        guard let bytes = bytes(of: zone), let rules = try? ZoneRules(tzif: bytes) else { return nil }
        return rules.readings(of: local)
    }

    func bytes(of name: String) -> [UInt8]? { ZoneSource.isName(name) ? load(name) : nil }

    /// Letters, digits, `_`, `+`, `-` in parts between slashes: no dots, so that no name climbs out of the folder.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy {
                        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                            || $0 == 0x5F || $0 == 0x2B || $0 == 0x2D
                    }
            }
    }
}

/// The zones that one bundle uses, each read once.
final class ZoneShelf {
    private let source: ZoneSource
    private(set) var files: [String: [UInt8]] = [:]
    private var rules: [String: ZoneRules?] = [:]

    init(_ source: ZoneSource) { self.source = source }

    /// Nil for a zone that does not exist or whose table is damaged.
    func zone(_ name: String) -> ZoneRules? {
        if let known = rules[name] { return known }
        var zone: ZoneRules?
        if let bytes = source.bytes(of: name) {
            // A damaged table is as good as none: the loader names the zone.
            zone = try? ZoneRules(tzif: bytes)
            if zone != nil { files[name] = bytes }
        }
        rules[name] = .some(zone)
        return zone
    }
}
