/// A range of addresses that share their first bits: `10.0.0.0/8`, `fd00::/8`, or one address alone.
package struct AddressNetwork: Hashable, Sendable, CustomStringConvertible {
    private let host: SocketAddress.Host
    private let bytes: [UInt8]
    private let prefix: Int

    /// Nil for anything else, and for a network with bits beyond its prefix (`10.0.0.1/8`), which is a slip.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let host = SocketAddress.literal(String(parts[0])),
            let bytes = SocketAddress(host).bytes
        else { return nil }
        var prefix = bytes.count * 8
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...prefix).contains(number), String(number) == parts[1] else {
                return nil
            }
            prefix = number
        }
        self.host = host
        self.bytes = bytes
        self.prefix = prefix
        guard (prefix..<bytes.count * 8).allSatisfy({ bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) == 0 }) else {
            return nil
        }
    }

    package func contains(_ address: SocketAddress) -> Bool {
        guard let other = address.bytes, other.count == bytes.count else { return false }
        let whole = prefix / 8
        guard other[..<whole] == bytes[..<whole] else { return false }
        guard prefix % 8 != 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (prefix % 8))
        return other[whole] & mask == bytes[whole] & mask
    }

    package var description: String {
        let text = SocketAddress(host).description.dropLast(2)
        return (text.hasPrefix("[") ? String(text.dropFirst().dropLast()) : String(text)) + "/\(prefix)"
    }
}
