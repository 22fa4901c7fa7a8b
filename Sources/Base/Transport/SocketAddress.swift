internal import CLinux
internal import Glibc

/// An address that a socket is bound or connected to: IPv4, IPv6, or a path in the file system.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Host: Hashable, Sendable {
        /// Four bytes.
        case v4([UInt8])
        /// Sixteen bytes.
        case v6([UInt8])
        case unix(String)
        /// The other end of a Unix socket, as the kernel reports it: nothing that could be connected to.
        case process(user: UInt32, process: Int32)
    }

    package let host: Host
    /// 0 for a Unix socket.
    package let port: UInt16

    package init(_ host: Host, port: UInt16 = 0) {
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:8080`, `[::1]:8080`. Names are not looked up. Nil for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        let bracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if bracketed { host = String(host.dropFirst().dropLast()) }
        guard let literal = SocketAddress.literal(host), bracketed == literal.isV6 else { return nil }
        self.init(literal, port: port)
    }

    /// An address literal, or nil for a name.
    package static func literal(_ text: String) -> Host? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return .v4(withUnsafeBytes(of: v4) { Array($0) }) }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        return .v6(withUnsafeBytes(of: v6) { Array($0) })
    }

    /// The address's own bytes, 4 or 16; nil for a Unix socket.
    package var bytes: [UInt8]? {
        switch host {
        case .v4(let bytes), .v6(let bytes): bytes
        case .unix, .process: nil
        }
    }

    /// The user id at the other end of a Unix socket.
    package var peerUser: UInt32? { if case .process(let user, _) = host { user } else { nil } }

    package var description: String {
        switch host {
        case .v4(let bytes): bytes.map { String($0) }.joined(separator: ".") + ":\(port)"
        case .v6(let bytes):
            "["
                + stride(from: 0, to: 16, by: 2).map {
                    String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
                }.joined(separator: ":") + "]:\(port)"
        case .unix(let path): "unix:" + path
        case .process(let user, let process): "unix:uid=\(user) pid=\(process)"
        }
    }

    var family: Int32 {
        switch host {
        case .v4: AF_INET
        case .v6: AF_INET6
        case .unix, .process: AF_UNIX
        }
    }

    /// Calls `body` with the address as the kernel takes it. Nil for a path beyond the 107 bytes that fit.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result? {
        var storage = sockaddr_storage()
        var length = 0
        switch host {
        case .v4(let bytes):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
            length = MemoryLayout<sockaddr_in>.size
            withUnsafeMutableBytes(of: &storage) { out in withUnsafeBytes(of: address) { out.copyMemory(from: $0) } }
        case .v6(let bytes):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
            length = MemoryLayout<sockaddr_in6>.size
            withUnsafeMutableBytes(of: &storage) { out in withUnsafeBytes(of: address) { out.copyMemory(from: $0) } }
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            guard path.utf8.count < 108 else { return nil }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            length = MemoryLayout<sockaddr_un>.size
            withUnsafeMutableBytes(of: &storage) { out in withUnsafeBytes(of: address) { out.copyMemory(from: $0) } }
        case .process: return nil
        }
        return withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }

    init?(_ storage: sockaddr_storage) {
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
            self.init(
                .v4(withUnsafeBytes(of: address.sin_addr) { Array($0) }), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
            let bytes = withUnsafeBytes(of: address.sin6_addr) { Array($0) }
            guard let host = Host(bytes: bytes) else { return nil }
            self.init(host, port: UInt16(bigEndian: address.sin6_port))
        case AF_UNIX: self.init(.unix(""))
        default: return nil
        }
    }
}

extension SocketAddress.Host {
    var isV6: Bool { if case .v6 = self { true } else { false } }

    /// 4 or 16 bytes, else nil. An IPv4 address in IPv6's clothes (RFC 4291 section 2.5.5.2) is an IPv4 address: a
    /// client of a listener for both is the same client.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self = .v4(bytes)
        case 16:
            let isMapped = bytes[0..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            self = isMapped ? .v4(Array(bytes[12...])) : .v6(bytes)
        default: return nil
        }
    }
}
