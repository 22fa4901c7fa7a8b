internal import Bytes
package import Crypto

/// A tree that grows at its right edge: the frontier (one hash for each complete subtree, largest first) and the
/// tiles that are not full yet. Appending costs one node hash on average; 64 hashes of frontier and 8 × 255 of tiles
/// are all it holds.
package struct TreeBuilder: Sendable {
    package struct FullTile: Sendable {
        package var tile: Tile
        package var bytes: [UInt8]
    }

    package private(set) var size: UInt64 = 0
    private var frontier: [Digest] = []
    /// Hashes of the partial tile of each level.
    private var edge: [[Digest]] = []
    private var full: [FullTile] = []

    package init() { frontier.reserveCapacity(64) }

    /// Restores a tree at a multiple of 256 leaves from full tiles: a hash of a level is the root of a full tile of
    /// the level below, so partial tiles are not needed. Nil when a tile is missing or of the wrong length. The
    /// caller compares the root with one that is signed: the tiles prove nothing by themselves.
    ///
    /// Reads at most 255 tiles a level.
    package init?(
        restoring size: UInt64, _ hasher: borrowing MerkleHasher, tile read: (Tile) -> [UInt8]?
    ) {
        precondition(size % UInt64(Tile.fullWidth) == 0, "only the edges between full tiles can be restored")
        self.init()
        self.size = size
        var level = 1
        edge.append([])
        while size >> UInt64(Tile.height * level) > 0 {
            let hashes = size >> UInt64(Tile.height * level)
            var row: [Digest] = []
            for index in hashes - hashes % UInt64(Tile.fullWidth)..<hashes {
                guard let bytes = read(Tile(level: level - 1, index: index)),
                    let below = TreeBuilder.hashes(bytes), below.count == Tile.fullWidth
                else { return nil }
                row.append(hasher.root(of: below))
            }
            edge.append(row)
            level += 1
        }
        for row in edge.reversed() {
            var taken = 0
            for bit in stride(from: Tile.height - 1, through: 0, by: -1) where row.count & 1 << bit != 0 {
                frontier.append(hasher.root(of: row[taken..<taken + (1 << bit)]))
                taken += 1 << bit
            }
        }
    }

    package mutating func append(_ leafHash: Digest, _ hasher: borrowing MerkleHasher) {
        var hash = leafHash
        var height = 0
        var rest = size
        size += 1
        place(hash, level: 0)
        while rest & 1 == 1, let left = frontier.popLast() {
            hash = hasher.node(left, hash)
            height += 1
            rest >>= 1
            if height % Tile.height == 0 { place(hash, level: height / Tile.height) }
        }
        frontier.append(hash)
    }

    package func root(_ hasher: borrowing MerkleHasher) -> Digest {
        frontier.isEmpty ? hasher.emptyRoot() : hasher.fold(frontier)
    }

    /// Tiles that became full since the last call.
    package mutating func takeFullTiles() -> [FullTile] {
        defer { full = [] }
        return full
    }

    /// The partial tiles of the tree as it is now.
    package func partialTiles() -> [FullTile] {
        Tile.partials(size: size).map { tile in FullTile(tile: tile, bytes: TreeBuilder.bytes(edge[tile.level])) }
    }

    /// The hashes of the partial tile of a level, for comparison.
    package func edgeHashes(level: Int) -> [Digest] { edge.indices.contains(level) ? edge[level] : [] }

    private mutating func place(_ hash: Digest, level: Int) {
        if level == edge.count {
            edge.append([])
            edge[level].reserveCapacity(Tile.fullWidth)
        }
        edge[level].append(hash)
        guard edge[level].count == Tile.fullWidth else { return }
        let index = (size >> UInt64(Tile.height * level)) / UInt64(Tile.fullWidth) - 1
        full.append(FullTile(tile: Tile(level: level, index: index), bytes: TreeBuilder.bytes(edge[level])))
        edge[level].removeAll(keepingCapacity: true)
    }

    /// Content of a tile's file.
    package static func bytes(_ hashes: some Collection<Digest>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * Digest.length)
        for hash in hashes { bytes.append(hash) }
        return bytes
    }

    /// Nil unless the bytes are whole hashes.
    package static func hashes(_ bytes: [UInt8]) -> [Digest]? {
        guard bytes.count.isMultiple(of: Digest.length) else { return nil }
        return stride(from: 0, to: bytes.count, by: Digest.length).compactMap { Digest(Array(bytes[$0..<$0 + 32])) }
    }
}
