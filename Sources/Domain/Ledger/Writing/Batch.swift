internal import Crypto

/// Frames that reach the disk in one write and one flush.
struct Batch {
    var segment: UInt64 = 0
    var offset = 0
    var firstIndex: UInt64 = 0
    var count = 0
    let storage = FrameStorage()
    var length: Int { storage.bytes.count }
    /// The leaves and their hashes, for the tree once they are durable.
    var leaves: [UInt8] = []
    var hashes: [Digest] = []

    var isEmpty: Bool { count == 0 }
    var indices: Range<UInt64> { firstIndex..<firstIndex + UInt64(count) }

    /// Forgets the frames and keeps the storage.
    mutating func clear() {
        count = 0
        storage.bytes.removeAll(keepingCapacity: true)
        leaves.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
    }
}
