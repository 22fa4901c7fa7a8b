internal import CLinux
internal import Glibc

/// A bound and listening socket, not yet in any loop: made at start, where a failure can still be told in one line.
package struct ListeningSocket: Sendable {
    package enum Failure: Error, Equatable, Sendable {
        case addressInUse(SocketAddress)
        case notPermitted(SocketAddress)
        case notAvailable(SocketAddress)
        /// A Unix socket's path beyond 107 bytes.
        case pathTooLong(SocketAddress)
        case other(SocketAddress, errorNumber: Int32)

        package var message: String {
            switch self {
            case .addressInUse(let address):
                "\(address) is in use by another program; stop it or choose another port (0 picks a free one)"
            case .notPermitted(let address):
                "no permission to listen on \(address); choose a port above 1023 or another folder"
            case .notAvailable(let address): "\(address) is not an address of this machine"
            case .pathTooLong(let address):
                "\(address) is longer than the 107 bytes a Unix socket may have; choose a shorter data folder"
            case .other(let address, let number): "cannot listen on \(address): \(String(cString: strerror(number)))"
            }
        }
    }

    let descriptor: Int32
    /// With the port that the kernel chose where 0 was asked for.
    package let address: SocketAddress
    let isUnix: Bool

    /// - Parameter shared: several processes listen on the same port and the kernel spreads the clients (SO_REUSEPORT).
    package static func open(_ address: SocketAddress, shared: Bool) throws(Failure) -> ListeningSocket {
        let socket = try bind(address, shared: shared)
        guard listen(socket.descriptor, 4096) == 0 else {
            let number = errno
            close(socket.descriptor)
            throw failure(number, address)
        }
        return socket
    }

    /// Whether nobody listens there, and which port a 0 becomes. The port is not kept.
    package static func probe(_ address: SocketAddress) throws(Failure) -> SocketAddress {
        let socket = try open(address, shared: false)
        close(socket.descriptor)
        return socket.address
    }

    private static func bind(_ address: SocketAddress, shared: Bool) throws(Failure) -> ListeningSocket {
        let descriptor = portcullis_socket(address.family, Int32(SOCK_STREAM.rawValue))
        guard descriptor >= 0 else { throw failure(errno, address) }
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        var isUnix = false
        if case .unix(let path) = address.host {
            isUnix = true
            unlink(path)
        } else {
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
            if shared { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, size) }
            listenForBoth(descriptor, address)
        }
        guard let result = address.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) else {
            close(descriptor)
            throw .pathTooLong(address)
        }
        guard result == 0 else {
            let number = errno
            close(descriptor)
            throw failure(number, address)
        }
        if case .unix(let path) = address.host { chmod(path, 0o600) }
        return ListeningSocket(descriptor: descriptor, address: named(descriptor) ?? address, isUnix: isUnix)
    }

    /// `[::]` is all addresses of the machine, IPv4 too, whatever the machine's default is (RFC 3493 section 5.3).
    static func listenForBoth(_ descriptor: Int32, _ address: SocketAddress) {
        guard address.host.isV6 else { return }
        var off: Int32 = 0
        setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
    }

    static func named(_ descriptor: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0, Int32(storage.ss_family) != AF_UNIX else { return nil }
        return SocketAddress(storage)
    }

    static func failure(_ number: Int32, _ address: SocketAddress) -> Failure {
        switch number {
        case EADDRINUSE: .addressInUse(address)
        case EACCES, EPERM: .notPermitted(address)
        case EADDRNOTAVAIL: .notAvailable(address)
        default: .other(address, errorNumber: number)
        }
    }
}
