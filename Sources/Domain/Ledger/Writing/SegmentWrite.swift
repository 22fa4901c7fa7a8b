/// A write that the disk is asked for. Handed back in `LogCore.completed`, so that its storage is used again.
package struct SegmentWrite: Sendable {
    package let path: String
    package let offset: UInt64
    package let bytes: [UInt8]
    /// Indices that are durable when the write is.
    package let indices: Range<UInt64>

    package var effect: LedgerEffect { .write(path: path, at: offset, bytes: bytes) }
}
