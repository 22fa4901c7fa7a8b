internal import Bytes
internal import CBOR
internal import Crypto
internal import LedgerTestKit
internal import MerkleLog

/// Roots and proofs over random leaves, for comparison with another implementation.
enum SampleTree {
    private struct Source: HashSource {
        let leaves: [Digest]

        func hash(height: Int, index: UInt64) -> Digest? {
            let start = Int(index) << height
            guard start + (1 << height) <= leaves.count else { return nil }
            return MerkleHasher().root(of: leaves[start..<start + (1 << height)])
        }
    }

    static func vectors(seed: UInt64) -> CBOR {
        var random = SeededRandom(seed)
        let hasher = MerkleHasher()
        let entries = (0..<700).map { _ in random.bytes(random.below(64)) }
        let hashes = entries.map { hasher.leaf($0) }
        var tree = TreeBuilder()
        var roots = [CBOR.bytes(tree.root(hasher).bytes)]
        for hash in hashes {
            tree.append(hash, hasher)
            roots.append(.bytes(tree.root(hasher).bytes))
        }
        var inclusions: [CBOR] = []
        var consistencies: [CBOR] = []
        for _ in 0..<400 {
            let size = UInt64(random.below(700) + 1)
            let source = Source(leaves: Array(hashes[..<Int(size)]))
            let index = UInt64(random.below(Int(size)))
            inclusions.append(proof(index, size, MerkleProof.inclusion(of: index, size: size, from: source)))
            let old = UInt64(random.below(Int(size))) + 1
            consistencies.append(proof(old, size, MerkleProof.consistency(from: old, to: size, from: source)))
        }
        return .map([
            ("leaves", .array(entries.map { .bytes($0) })), ("roots", .array(roots)),
            ("inclusions", .array(inclusions)), ("consistencies", .array(consistencies)),
        ])
    }

    private static func proof(_ from: UInt64, _ size: UInt64, _ path: [Digest]?) -> CBOR {
        .map([
            ("from", .unsigned(from)), ("size", .unsigned(size)),
            ("path", path.map { .array($0.map { .bytes($0.bytes) }) } ?? .null),
        ])
    }
}
