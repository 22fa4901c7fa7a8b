// Proves that every proof made is accepted and every altered one refused: all pairs of sizes to 40, random ones to
// 70,000, from leaf hashes and from tiles alike.
import Crypto
import Testing

@testable import MerkleLog

/// The leaf hashes themselves as a source.
struct LeafHashes: HashSource {
    let leaves: [Digest]

    func hash(height: Int, index: UInt64) -> Digest? {
        let start = Int(index) << height
        guard start + (1 << height) <= leaves.count else { return nil }
        return Definition.root(leaves[start..<start + (1 << height)], MerkleHasher())
    }
}

struct ProofTests {
    private let hasher = Hasher()

    private final class Hasher {
        let merkle = MerkleHasher()
    }

    private func root(_ leaves: ArraySlice<Digest>) -> Digest { Definition.root(leaves, hasher.merkle) }

    @Test func inclusionOfEveryLeafToSize40() throws {
        let leaves = Definition.leaves(40)
        let source = LeafHashes(leaves: leaves)
        for size in UInt64(1)...40 {
            let root = root(leaves[..<Int(size)])
            for index in 0..<size {
                let path = try #require(MerkleProof.inclusion(of: index, size: size, from: source))
                let leaf = leaves[Int(index)]
                #expect(MerkleProof.verifyInclusion(of: leaf, at: index, size: size, root: root, path: path))
                refuseInclusion(leaf, index, size, root, path)
            }
            #expect(MerkleProof.inclusion(of: size, size: size, from: source) == nil)
        }
    }

    private func refuseInclusion(_ leaf: Digest, _ index: UInt64, _ size: UInt64, _ root: Digest, _ path: [Digest]) {
        func accepted(_ leaf: Digest, _ index: UInt64, _ size: UInt64, _ root: Digest, _ path: [Digest]) -> Bool {
            MerkleProof.verifyInclusion(of: leaf, at: index, size: size, root: root, path: path)
        }
        #expect(!accepted(Digest.zero, index, size, root, path))
        #expect(!accepted(leaf, index, size, Digest.zero, path))
        #expect(!accepted(leaf, size, size, root, path))
        #expect(!accepted(leaf, index, size, root, path + [Digest.zero]))
        if size > 1 {
            #expect(!accepted(leaf, index ^ 1, size, root, path))
            #expect(!accepted(leaf, index, size, root, Array(path.dropLast())))
            var altered = path
            altered[path.count / 2] = Digest.zero
            #expect(!accepted(leaf, index, size, root, altered))
        }
    }

    @Test func consistencyOfEveryPairToSize40() throws {
        let leaves = Definition.leaves(40)
        let source = LeafHashes(leaves: leaves)
        for new in UInt64(0)...40 {
            let newRoot = root(leaves[..<Int(new)])
            for old in 0...new {
                let oldRoot = root(leaves[..<Int(old)])
                let path = try #require(MerkleProof.consistency(from: old, to: new, from: source))
                func accepted(_ old: UInt64, _ oldRoot: Digest, _ newRoot: Digest, _ path: [Digest]) -> Bool {
                    MerkleProof.verifyConsistency(from: old, root: oldRoot, to: new, root: newRoot, path: path)
                }
                #expect(accepted(old, oldRoot, newRoot, path), "\(old) in \(new)")
                #expect(!accepted(old, oldRoot, newRoot, path + [Digest.zero]))
                #expect(!accepted(old, Digest.zero, newRoot, path))
                if old > 0 { #expect(!accepted(old, oldRoot, Digest.zero, path)) }
                for position in path.indices {
                    var altered = path
                    altered[position] = Digest.zero
                    #expect(!accepted(old, oldRoot, newRoot, altered))
                }
                if !path.isEmpty { #expect(!accepted(old, oldRoot, newRoot, Array(path.dropLast()))) }
            }
            #expect(MerkleProof.consistency(from: new + 1, to: new, from: source) == nil)
        }
    }

    /// The paths of the worked example in RFC 6962 section 2.1.3: a tree of seven leaves.
    @Test func exampleOfTheStandard() throws {
        let leaves = Definition.leaves(7)
        let source = LeafHashes(leaves: leaves)
        func range(_ range: Range<Int>) -> Digest { root(leaves[range]) }
        let (b, c, d, f, j) = (leaves[1], leaves[2], leaves[3], leaves[5], leaves[6])
        let (g, h, i, k, l) = (range(0..<2), range(2..<4), range(4..<6), range(0..<4), range(4..<7))
        #expect(MerkleProof.inclusion(of: 0, size: 7, from: source) == [b, h, l])
        #expect(MerkleProof.inclusion(of: 3, size: 7, from: source) == [c, g, l])
        #expect(MerkleProof.inclusion(of: 4, size: 7, from: source) == [f, j, k])
        #expect(MerkleProof.inclusion(of: 6, size: 7, from: source) == [i, k])
        #expect(MerkleProof.consistency(from: 3, to: 7, from: source) == [c, d, g, l])
        #expect(MerkleProof.consistency(from: 4, to: 7, from: source) == [l])
        #expect(MerkleProof.consistency(from: 6, to: 7, from: source) == [i, j, k])
    }

    @Test func fromTiles() throws {
        let leaves = Definition.leaves(70_000)
        var tree = TreeBuilder()
        for leaf in leaves { tree.append(leaf, hasher.merkle) }
        var tiles: [String: [UInt8]] = [:]
        for tile in tree.takeFullTiles() + tree.partialTiles() { tiles[tile.tile.path] = tile.bytes }
        let source = TileHashes(size: 70_000) { tiles[$0.path] }
        let newRoot = tree.root(hasher.merkle)
        for index in stride(from: UInt64(0), to: 70_000, by: 1_733) {
            let path = try #require(MerkleProof.inclusion(of: index, size: 70_000, from: source))
            let leaf = leaves[Int(index)]
            #expect(MerkleProof.verifyInclusion(of: leaf, at: index, size: 70_000, root: newRoot, path: path))
            let oldRoot = root(leaves[..<Int(index)])
            let proof = try #require(MerkleProof.consistency(from: index, to: 70_000, from: source))
            #expect(
                MerkleProof.verifyConsistency(from: index, root: oldRoot, to: 70_000, root: newRoot, path: proof))
        }
        let damaged = TileHashes(size: 70_000) { $0.path == "tile/0/000" ? nil : tiles[$0.path] }
        #expect(MerkleProof.inclusion(of: 3, size: 70_000, from: damaged) == nil)
    }
}
