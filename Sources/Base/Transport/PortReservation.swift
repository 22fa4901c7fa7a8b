internal import CLinux
internal import Glibc

/// A port that is bound and not listened on: while the processes that share it (SO_REUSEPORT) start and start again, no
/// other program can take it. Ends with the owner.
package struct PortReservation: ~Copyable, Sendable {
    private let descriptor: Int32
    /// With the port that the kernel chose where 0 was asked for.
    package let address: SocketAddress

    /// Refused when anybody listens there, also somebody who would share.
    package init(_ wanted: SocketAddress) throws(ListeningSocket.Failure) {
        let free = try ListeningSocket.probe(wanted)
        let descriptor = portcullis_socket(free.family, Int32(SOCK_STREAM.rawValue))
        guard descriptor >= 0 else { throw ListeningSocket.failure(errno, free) }
        // Not SO_REUSEADDR: with it, anybody else who sets it could bind the port as long as nobody listens.
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<Int32>.size))
        ListeningSocket.listenForBoth(descriptor, free)
        guard free.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let number = errno
            close(descriptor)
            throw ListeningSocket.failure(number, free)
        }
        self.descriptor = descriptor
        address = ListeningSocket.named(descriptor) ?? free
    }

    /// Gives the port back. Said aloud, as a value that is not used any more may end earlier than one thinks.
    package consuming func release() {}

    deinit { close(descriptor) }
}
