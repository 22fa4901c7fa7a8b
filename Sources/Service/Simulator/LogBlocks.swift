/// Bytes that wait for the disk, in blocks that are used again: a disk that stalls makes more blocks, never a larger
/// one that must be moved while streams wait.
struct LogBlocks {
    private static let blockSize = 1 << 20
    /// LIMIT: empty blocks that are kept.
    private static let spareLimit = 32

    private var full: [[UInt8]] = []
    private var current: [UInt8] = []
    private var spare: [[UInt8]] = []
    private var fullBytes = 0

    var count: Int { fullBytes + current.count }
    var hasFullBlock: Bool { !full.isEmpty }

    /// Appends what `write` appends to a block, and says how much that was.
    mutating func append(_ write: (inout [UInt8]) -> Void) -> Int {
        if current.capacity == 0 { current = empty() }
        let before = current.count
        write(&current)
        let length = current.count - before
        if current.count >= LogBlocks.blockSize {
            fullBytes += current.count
            full.append(current)
            current = []
        }
        return length
    }

    /// Everything, in order; nothing waits afterwards.
    mutating func take() -> [[UInt8]] {
        let blocks = current.isEmpty ? full : full + [current]
        full = []
        if !current.isEmpty { current = [] }
        fullBytes = 0
        return blocks
    }

    /// Blocks that are on disk.
    mutating func giveBack(_ blocks: [[UInt8]]) {
        for block in blocks where spare.count < LogBlocks.spareLimit && block.capacity <= 2 * LogBlocks.blockSize {
            spare.append(block)
        }
    }

    private mutating func empty() -> [UInt8] {
        guard var block = spare.popLast() else {
            var block: [UInt8] = []
            block.reserveCapacity(LogBlocks.blockSize + LogBlocks.blockSize / 4)
            return block
        }
        block.removeAll(keepingCapacity: true)
        return block
    }
}
