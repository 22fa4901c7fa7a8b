internal import CLinux
internal import Glibc

/// The place between a socket and a parser: bytes in, bytes out, nothing else known above. Plain now; a TLS session
/// becomes the second case, and nothing that reads or writes through a channel changes.
struct ByteChannel {
    enum Transfer: Equatable {
        case bytes(Int)
        case wouldBlock
        /// Reading only: the peer has sent its last byte.
        case ended
        case failed(errno: Int32)
    }

    let descriptor: Int32

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .ended }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno: errno)
            }
        }
    }

    /// Writes the first part, then the second, as far as the kernel takes them.
    func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer? = nil) -> Transfer {
        while true {
            let count = portcullis_send2(
                descriptor, first.baseAddress, first.count, second?.baseAddress, second?.count ?? 0, 0)
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno: errno)
            }
        }
    }

    func disableNagle() {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// No more bytes from here; the peer reads the end after what is on its way.
    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() { _ = Glibc.close(descriptor) }

    /// Closes with a reset: what the kernel still holds is thrown away, the peer sees an error at once.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        _ = Glibc.close(descriptor)
    }

    /// Bytes that the peer's kernel has not acknowledged.
    var unacknowledged: Int {
        var count: Int32 = 0
        return ioctl(descriptor, bytesInOutputQueue, &count) == 0 ? Int(count) : 0
    }

    /// SIOCOUTQ of linux/sockios.h, a macro over TIOCOUTQ.
    private var bytesInOutputQueue: UInt { 0x5411 }
}
