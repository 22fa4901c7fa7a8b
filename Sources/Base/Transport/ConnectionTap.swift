package import Runtime

/// Hears everything that happens on the wire of a server: for programs that keep their own book of it, such as a judge
/// of another program's traffic. Called in the order of events, at the moment of each; must not call back.
@EventLoop
package protocol ConnectionTap: AnyObject {
    func connectionOpened(_ connection: UInt64, from peer: SocketAddress)
    /// So many bytes were read from the socket.
    func connection(_ connection: UInt64, received count: Int)
    /// The kernel has taken these bytes.
    func connection(_ connection: UInt64, wrote bytes: UnsafeRawBufferPointer)
    func connectionEnded(_ connection: UInt64, _ end: ConnectionEnd)
}

extension ConnectionTap {
    /// The first `count` bytes of two parts that were written with one call.
    func connection(_ connection: UInt64, wrote head: [UInt8], _ body: [UInt8], first count: Int) {
        head.withUnsafeBytes { bytes in
            self.connection(connection, wrote: UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
        }
        guard count > head.count else { return }
        body.withUnsafeBytes { bytes in
            self.connection(connection, wrote: UnsafeRawBufferPointer(rebasing: bytes.prefix(count - head.count)))
        }
    }
}
