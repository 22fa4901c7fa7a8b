/// Where a deployment answers: `https://host[:port][/base/path]`, to which the wire protocol appends its own path. No
/// user, query or fragment: credentials never stand in an address.
package struct EndpointAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, CaseIterable, Sendable {
        case https
        case http

        package var standardPort: UInt16 { self == .https ? 443 : 80 }
    }

    package let scheme: Scheme
    /// A name or an IPv4 address in small letters, or an IPv6 address without its brackets.
    package let host: String
    package let port: UInt16
    /// Empty, or starting with `/` and not ending with it.
    package let basePath: String

    /// Nil for anything else than the form above.
    package init?(_ text: some StringProtocol) {
        guard let scheme = Scheme.allCases.first(where: { text.hasPrefix($0.rawValue + "://") }) else { return nil }
        let rest = Array(text.utf8.dropFirst(scheme.rawValue.utf8.count + 3))
        let slash = rest.firstIndex(of: 0x2F) ?? rest.count
        guard let (host, port) = EndpointAddress.authority(rest[..<slash], scheme) else { return nil }
        var path = rest[slash...]
        if path.last == 0x2F { path.removeLast() }
        guard path.allSatisfy(EndpointAddress.isPathByte), !path.split(separator: 0x2F).contains([0x2E, 0x2E])
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
        basePath = String(decoding: path, as: UTF8.self)
    }

    package var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return scheme.rawValue + "://" + shown + (port == scheme.standardPort ? "" : ":\(port)") + basePath
    }

    /// Whether the address is this machine's own.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    private static func authority(_ bytes: ArraySlice<UInt8>, _ scheme: Scheme) -> (String, UInt16)? {
        let host: ArraySlice<UInt8>
        var rest: ArraySlice<UInt8>
        if bytes.first == 0x5B {
            guard let close = bytes.firstIndex(of: 0x5D) else { return nil }
            host = bytes[(bytes.startIndex + 1)..<close]
            rest = bytes[(close + 1)...]
            guard !host.isEmpty, host.allSatisfy({ isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }) else { return nil }
        } else {
            let colon = bytes.firstIndex(of: 0x3A) ?? bytes.endIndex
            host = bytes[..<colon]
            rest = bytes[colon...]
            guard isName(host) else { return nil }
        }
        let name = String(decoding: host, as: UTF8.self).lowercased()
        guard let colon = rest.popFirst() else { return (name, scheme.standardPort) }
        guard colon == 0x3A, (1...5).contains(rest.count), rest.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(String(decoding: rest, as: UTF8.self)), port > 0
        else { return nil }
        return (name, port)
    }

    /// RFC 1123 section 2.1: labels of letters, digits and inner hyphens.
    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard (1...253).contains(bytes.count) else { return false }
        return bytes.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.count) && label.first != 0x2D && label.last != 0x2D
                && label.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || [0x2F, 0x2D, 0x2E, 0x5F, 0x7E, 0x3A, 0x40].contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
