/// An IPv4 or IPv6 address as a number. An IPv4 address inside IPv6 (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is
/// the IPv4 address.
package struct IPAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    package enum Family: Int, Sendable { case v4, v6 }

    package let family: Family
    package let number: UInt128

    /// 4 or 16 bytes in network order; nil for any other length.
    package init?(bytes: [UInt8]) {
        let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        switch bytes.count {
        case 4: self.init(family: .v4, number: number)
        case 16: self.init(family: .v6, number: number)
        default: return nil
        }
    }

    init(family: Family, number: UInt128) {
        if family == .v6, number >> 32 == 0xFFFF {
            self.family = .v4
            self.number = number & 0xFFFF_FFFF
        } else {
            self.family = family
            self.number = number
        }
    }

    /// Keeps the family, so that neighbours of an address stay in it.
    init(unfolded family: Family, _ number: UInt128) {
        self.family = family
        self.number = number
    }

    /// Dotted decimal without leading zeros, or RFC 4291 section 2.2 text; no zone, no port.
    package init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        if utf8.contains(0x3A) {
            guard let number = IPAddress.v6(utf8[...]) else { return nil }
            self.init(family: .v6, number: number)
        } else {
            guard let number = IPAddress.v4(utf8[...]) else { return nil }
            self.init(family: .v4, number: UInt128(number))
        }
    }

    var bitCount: Int { family == .v4 ? 32 : 128 }

    package var description: String {
        switch family {
        case .v4:
            return stride(from: 24, through: 0, by: -8).map { String(number >> UInt128($0) & 255) }
                .joined(separator: ".")
        case .v6:
            return stride(from: 112, through: 0, by: -16).map { String(number >> UInt128($0) & 0xFFFF, radix: 16) }
                .joined(separator: ":")
        }
    }

    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        (left.family.rawValue, left.number) < (right.family.rawValue, right.number)
    }

    private static func v4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != 0x30,
                part.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard value < 256 else { return nil }
            number = number << 8 | value
        }
        return number
    }

    private static func v6(_ text: ArraySlice<UInt8>) -> UInt128? {
        let colons = text.indices.dropLast().filter { text[$0] == 0x3A && text[$0 + 1] == 0x3A }
        guard colons.count <= 1 else { return nil }
        guard let gap = colons.first else {
            guard let groups = groups(text), groups.count == 8 else { return nil }
            return joined(groups)
        }
        guard let head = groups(text[..<gap]), let tail = groups(text[(gap + 2)...]), head.count + tail.count < 8
        else { return nil }
        return joined(head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: 0x3A, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains(0x2E) {
                guard index == parts.count - 1, let number = v4(part) else { return nil }
                groups += [UInt16(number >> 16), UInt16(number & 0xFFFF)]
            } else {
                guard (1...4).contains(part.count),
                    let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                    part.first != 0x2B
                else { return nil }
                groups.append(value)
            }
        }
        return groups.count <= 8 ? groups : nil
    }

    private static func joined(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }
}

/// A range of addresses with a common prefix (RFC 4632): `127.0.1.0/24`, `2001:db8::/32`.
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    package let first: IPAddress
    package let prefixLength: Int

    /// Nil for a bad address or length, or when bits behind the prefix are set: then it is not clear what was meant.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = IPAddress(parts[0]),
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            (1...3).contains(parts[1].utf8.count), let length = Int(parts[1]), length <= first.bitCount,
            !parts[0].contains(":") || first.family == .v6
        else { return nil }
        self.first = first
        prefixLength = length
        guard first.number & hostMask == 0 else { return nil }
    }

    private var hostMask: UInt128 {
        let hostBits = first.bitCount - prefixLength
        return hostBits == 128 ? UInt128.max : (UInt128(1) << UInt128(hostBits)) - 1
    }

    var last: IPAddress { IPAddress(unfolded: first.family, first.number | hostMask) }

    package var description: String { "\(first)/\(prefixLength)" }
}
