/// A write that the disk is asked for. Handed back in `LogCore.completed`, so that its storage is used again.
package struct SegmentWrite: Sendable {
    package let path: String
    package let offset: UInt64
    /// Indices that are durable when the write is.
    package let indices: Range<UInt64>
    let storage: FrameStorage

    package var bytes: [UInt8] { storage.bytes }
    package var effect: LedgerEffect { .write(path: path, at: offset, bytes: bytes) }
}

/// The bytes of a batch's frames, in storage that goes from batch to batch however many hold the write meanwhile.
final class FrameStorage: @unchecked Sendable {
    // SAFETY: handed over. The core writes into it while the batch is open; from the write on it is only read, until
    // `completed` gives it back to the core.
    var bytes: [UInt8] = []
}
