internal import Transport

/// Where an egress proxy is: `http://proxy.bank.example:3128`.
struct ProxyAddress {
    let isTLS: Bool
    let host: String
    let port: UInt16

    /// Nil for anything else: a path or a login in it is refused, the port must be there.
    init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("http://") {
            rest = text.dropFirst(7)
            isTLS = false
        } else if text.hasPrefix("https://") {
            rest = text.dropFirst(8)
            isTLS = true
        } else {
            return nil
        }
        if let address = SocketAddress(String(rest)) {
            let literal = rest.prefix { $0 != "]" }
            host = rest.hasPrefix("[") ? String(literal.dropFirst()) : String(rest.prefix { $0 != ":" })
            port = address.port
            return
        }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt16(parts[1]), number > 0, !parts[0].isEmpty,
            parts[0].utf8.allSatisfy({ byte in
                (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E
            })
        else { return nil }
        host = parts[0].lowercased()
        port = number
    }

    var place: ClientOrigin.Place { ClientOrigin.Place(host: host, port: port) }
}
