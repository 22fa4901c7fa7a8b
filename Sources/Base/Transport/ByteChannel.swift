internal import CLinux
internal import Glibc
internal import Runtime
internal import TLS

/// The place between a socket and a parser: bytes in, bytes out, nothing else known above; in the clear, or through a
/// session of TLS.
@EventLoop
struct ByteChannel {
    enum Transfer: Equatable {
        case bytes(Int)
        case wouldBlock
        /// Reading only: the peer has sent its last byte, and with TLS has said so.
        case ended
        /// Reading only: the connection has ended, and the peer has not said that it was done (RFC 8446 section 6.1).
        case truncated
        /// EPROTO for a fault of TLS.
        case failed(errno: Int32)
    }

    nonisolated let descriptor: Int32
    let session: TLSSession?

    nonisolated init(descriptor: Int32, session: TLSSession? = nil) {
        self.descriptor = descriptor
        self.session = session
    }

    /// - Parameter buffer: of `ReadBuffer.size` bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        if let session {
            switch session.read(into: buffer) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .wouldBlock
            case .ended: return .ended
            case .truncated: return .truncated
            case .failed(let error): return .failed(errno: error.errorNumber)
            }
        }
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

    /// A read that does not fill its buffer has taken all there was. Of records of TLS that cannot be told.
    nonisolated var readsWhole: Bool { session == nil }

    /// There is more to read than the descriptor will tell of.
    var mustReadAgain: Bool { session?.mustReadAgain ?? false }

    /// Writes the first part, then the second, as far as the kernel takes them. What was not taken is offered again,
    /// unchanged in its first `committed` bytes.
    func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer? = nil) -> Transfer {
        if let session {
            switch session.write(first, second) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .wouldBlock
            case .failed(let error): return .failed(errno: error.errorNumber)
            }
        }
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

    /// Of the bytes that were not taken, so many are sealed in a record that is on its way: they cannot be taken back.
    var committed: Int { session?.committed ?? 0 }

    func disableNagle() {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// No more bytes from here; the peer reads the end after what is on its way.
    /// - Parameter isWhole: what was sent is all there was to say. A stream that was cut ends without this word, so
    ///   that nobody takes it for whole.
    func endWriting(isWhole: Bool) {
        if isWhole { session?.notifyEnd() }
        shutdown(descriptor, Int32(SHUT_WR))
    }

    func close(isWhole: Bool) {
        if isWhole { session?.notifyEnd() }
        session?.keepTicket()
        _ = Glibc.close(descriptor)
    }

    /// Closes with a reset: what the kernel still holds is thrown away, the peer sees an error at once.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        _ = Glibc.close(descriptor)
    }

    /// Bytes that the peer's kernel has not acknowledged.
    var unacknowledged: Int {
        var count: Int32 = 0
        let queued = ioctl(descriptor, bytesInOutputQueue, &count) == 0 ? Int(count) : 0
        return queued + (session?.unsent ?? 0)
    }

    /// SIOCOUTQ of linux/sockios.h, a macro over TIOCOUTQ.
    private var bytesInOutputQueue: UInt { 0x5411 }
}

extension TLSError {
    fileprivate var errorNumber: Int32 { if case .socket(let number) = self { number } else { EPROTO } }
}
