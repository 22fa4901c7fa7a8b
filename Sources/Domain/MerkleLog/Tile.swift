/// Where a tile of the tree stands (C2SP tlog-tiles): `width` consecutive hashes of one level, 256 levels of the tree's
/// height apart. Pure arithmetic; no hash is touched here.
package struct Tile: Hashable, Sendable {
    /// Levels of the tree in one tile.
    package static let height = 8
    package static let fullWidth = 256

    package var level: Int
    package var index: UInt64
    /// 1 to 256; below 256 the tile is partial.
    package var width: Int

    /// - Precondition: the values are in the ranges that the format allows.
    package init(level: Int, index: UInt64, width: Int = Tile.fullWidth) {
        precondition((0...63).contains(level) && (1...Tile.fullWidth).contains(width))
        self.level = level
        self.index = index
        self.width = width
    }

    package var isFull: Bool { width == Tile.fullWidth }

    /// `tile/<L>/<N>[.p/<W>]`
    package var path: String { "tile/\(level)/" + Tile.number(index) + suffix }

    /// Path of the bundle with the entries under a tile of level 0.
    package var entriesPath: String { "tile/entries/" + Tile.number(index) + suffix }

    /// Folder of the partial tiles with this tile's level and index.
    package var partialsPath: String { "tile/\(level)/" + Tile.number(index) + ".p" }
    package var partialEntriesPath: String { "tile/entries/" + Tile.number(index) + ".p" }

    private var suffix: String { isFull ? "" : ".p/\(width)" }

    /// The index in groups of three digits, all but the last with an `x`: 1234067 is `x001/x234/067`.
    package static func number(_ index: UInt64) -> String {
        var text = group(index % 1000)
        var rest = index / 1000
        while rest > 0 {
            text = "x" + group(rest % 1000) + "/" + text
            rest /= 1000
        }
        return text
    }

    private static func group(_ number: UInt64) -> String {
        (number < 10 ? "00" : number < 100 ? "0" : "") + String(number)
    }

    /// The partial tiles at the right edge of a tree, lowest level first; none where the edge is full.
    package static func partials(size: UInt64) -> [Tile] {
        (0..<8).compactMap { level in
            let hashes = size >> UInt64(height * level)
            let width = Int(hashes % UInt64(fullWidth))
            return width == 0 ? nil : Tile(level: level, index: hashes / UInt64(fullWidth), width: width)
        }
    }

    /// The tiles that became full while a tree grew from one size to another.
    package static func full(from old: UInt64, to size: UInt64) -> [Tile] {
        (0..<8).flatMap { level in
            let leaves = UInt64(height * (level + 1))
            return (old >> leaves..<size >> leaves).map { Tile(level: level, index: $0) }
        }
    }

    /// The tile that holds the hash number `index` of a level in a tree of the given size; nil if the tree has no
    /// such hash.
    package static func holding(level: Int, index: UInt64, size: UInt64) -> Tile? {
        guard (0..<8).contains(level) else { return nil }
        let hashes = size >> UInt64(height * level)
        guard index < hashes else { return nil }
        let number = index / UInt64(fullWidth)
        let width = min(hashes - number * UInt64(fullWidth), UInt64(fullWidth))
        return Tile(level: level, index: number, width: Int(width))
    }
}
