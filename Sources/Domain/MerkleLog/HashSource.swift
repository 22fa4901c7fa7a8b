package import Crypto

/// Gives the hashes of complete subtrees: number `index` of height `height` covers the leaves
/// `index << height ..< (index + 1) << height`.
package protocol HashSource {
    /// Nil when it is not available.
    func hash(height: Int, index: UInt64) -> Digest?
}

/// The hashes of a tree from its tiles, read as they are needed.
package struct TileHashes: HashSource {
    private let size: UInt64
    private let read: (Tile) -> [UInt8]?

    /// - Parameter size: of the tree, whose right edge decides which tiles are partial.
    package init(size: UInt64, tile read: @escaping (Tile) -> [UInt8]?) {
        self.size = size
        self.read = read
    }

    package func hash(height: Int, index: UInt64) -> Digest? {
        let level = height / Tile.height
        let count = UInt64(1) << UInt64(height % Tile.height)
        let (first, overflow) = index.multipliedReportingOverflow(by: count)
        guard !overflow, let tile = Tile.holding(level: level, index: first, size: size),
            let bytes = read(tile), let hashes = TreeBuilder.hashes(bytes), hashes.count == tile.width
        else { return nil }
        let start = Int(first % UInt64(Tile.fullWidth))
        guard start + Int(count) <= hashes.count else { return nil }
        return MerkleHasher().root(of: hashes[start..<start + Int(count)])
    }
}
