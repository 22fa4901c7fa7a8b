// Proves that the tree is the one of RFC 6962: published roots, the recursive definition for every size to 700, and the
// tiles of C2SP tlog-tiles cut from the same hashes.
import Bytes
import Crypto
import Testing

@testable import MerkleLog

/// The definition of RFC 6962 section 2.1, written as it stands there: the oracle for everything that is incremental.
enum Definition {
    static func root(_ hashes: ArraySlice<Digest>, _ hasher: borrowing MerkleHasher) -> Digest {
        switch hashes.count {
        case 0: return hasher.emptyRoot()
        case 1: return hashes[hashes.startIndex]
        default:
            var split = 1
            while split * 2 < hashes.count { split *= 2 }
            let middle = hashes.startIndex + split
            return hasher.node(root(hashes[..<middle], hasher), root(hashes[middle...], hasher))
        }
    }

    static func leaves(_ count: Int) -> [Digest] {
        let hasher = MerkleHasher()
        return (0..<count).map { hasher.leaf(Array("leaf \($0)".utf8)) }
    }
}

struct TreeTests {
    /// Leaves and roots of the reference implementation of Certificate Transparency (its Merkle tree tests).
    static let published: [(leaf: String, root: String)] = [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (
            "606162636465666768696a6b6c6d6e6f",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        ),
    ]

    @Test func publishedRoots() throws {
        let hasher = MerkleHasher()
        var tree = TreeBuilder()
        #expect(
            tree.root(hasher).hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        for (leaf, root) in Self.published {
            tree.append(hasher.leaf(try #require(Hex.decode(leaf))), hasher)
            #expect(tree.root(hasher).hexadecimal == root)
        }
    }

    @Test func everySizeTo700() {
        let hasher = MerkleHasher()
        let leaves = Definition.leaves(700)
        var tree = TreeBuilder()
        for size in 1...700 {
            tree.append(leaves[size - 1], hasher)
            #expect(tree.root(hasher) == Definition.root(leaves[..<size], hasher), "size \(size)")
            #expect(tree.size == UInt64(size))
        }
    }

    /// The example of C2SP tlog-tiles: 273 full tiles and 112 hashes at level 0, 1 and 17 at level 1, 1 at level 2.
    @Test func tilesOfTheSpecification() {
        let hasher = MerkleHasher()
        let leaves = Definition.leaves(70_000)
        var tree = TreeBuilder()
        for leaf in leaves { tree.append(leaf, hasher) }
        let full = tree.takeFullTiles()
        #expect(full.filter { $0.tile.level == 0 }.map(\.tile.index) == Array(0..<273))
        #expect(full.filter { $0.tile.level == 1 }.map(\.tile.index) == [0])
        #expect(full.count == 274)
        #expect(tree.takeFullTiles().isEmpty)
        let partial = tree.partialTiles()
        #expect(partial.map(\.tile) == Tile.partials(size: 70_000))
        #expect(partial.map(\.tile.width) == [112, 17, 1])
        #expect(partial[0].bytes == TreeBuilder.bytes(leaves[69_888...]))
        #expect(full[3].bytes == TreeBuilder.bytes(leaves[768..<1024]))
        for index in 0..<17 {
            let start = (256 + index) * 256
            let expected = Definition.root(leaves[start..<start + 256], hasher)
            #expect(TreeBuilder.hashes(partial[1].bytes)?[index] == expected)
        }
        #expect(TreeBuilder.hashes(partial[2].bytes) == [Definition.root(leaves[..<65_536], hasher)])
        #expect(tree.root(hasher) == Definition.root(leaves[...], hasher))
    }

    /// From full tiles alone the tree goes on as if it had never stopped.
    @Test(arguments: [0, 256, 512, 1024, 65_280, 65_536, 65_792, 69_888])
    func restored(size: Int) throws {
        let hasher = MerkleHasher()
        let leaves = Definition.leaves(70_000)
        var tree = TreeBuilder()
        for leaf in leaves[..<size] { tree.append(leaf, hasher) }
        var tiles: [Tile: [UInt8]] = [:]
        for full in tree.takeFullTiles() { tiles[full.tile] = full.bytes }
        var again = try #require(TreeBuilder(restoring: UInt64(size), hasher) { tiles[$0] })
        #expect(again.root(hasher) == tree.root(hasher))
        for leaf in leaves[size...] {
            tree.append(leaf, hasher)
            again.append(leaf, hasher)
        }
        #expect(again.root(hasher) == tree.root(hasher))
        #expect(again.partialTiles().map(\.bytes) == tree.partialTiles().map(\.bytes))
        #expect(again.takeFullTiles().map(\.tile) == tree.takeFullTiles().map(\.tile))
        if size > 0 {
            let lost = try #require(tiles.keys.filter { $0.level == 0 }.max { $0.index < $1.index })
            tiles[lost] = nil
            let isNeeded = size % 65_536 != 0
            #expect((TreeBuilder(restoring: UInt64(size), hasher) { tiles[$0] } == nil) == isNeeded)
        }
    }
}
