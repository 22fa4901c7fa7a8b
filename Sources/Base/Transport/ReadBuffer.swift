internal import Runtime

/// The one buffer into which every socket of the loop is read. What a connection cannot use at once it copies out; an
/// idle stream holds no buffer at all.
@EventLoop
final class ReadBuffer {
    static let shared = ReadBuffer()
    /// LIMIT: bytes taken from one socket before the others get their turn.
    static let size = 64 * 1024
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: ReadBuffer.size, alignment: 64)
}
