package import Crypto

/// Inclusion and consistency proofs: made as RFC 6962 sections 2.1.1 and 2.1.2 define them, checked as RFC 9162
/// sections 2.1.3.2 and 2.1.4.2 do. A tree of n leaves needs at most ⌈log2 n⌉ hashes (and one more for consistency).
package enum MerkleProof {
    /// The audit path of a leaf. Nil if `index` ≥ `size` or a hash is missing.
    package static func inclusion(of index: UInt64, size: UInt64, from source: some HashSource) -> [Digest]? {
        guard index < size else { return nil }
        var builder = ProofBuilder(source: source)
        var path: [Digest] = []
        var range = 0..<size
        while range.upperBound - range.lowerBound > 1 {
            let middle = range.lowerBound + split(range.upperBound - range.lowerBound)
            let sibling = index < middle ? middle..<range.upperBound : range.lowerBound..<middle
            guard let hash = builder.root(sibling) else { return nil }
            path.append(hash)
            range = index < middle ? range.lowerBound..<middle : middle..<range.upperBound
        }
        return path.reversed()
    }

    /// The proof that the tree of `oldSize` leaves is the beginning of that of `newSize`. Empty when the sizes are
    /// equal or the old tree is empty; nil if the old tree is the larger one or a hash is missing.
    package static func consistency(
        from oldSize: UInt64, to newSize: UInt64, from source: some HashSource
    ) -> [Digest]? {
        guard oldSize <= newSize else { return nil }
        guard oldSize > 0, oldSize < newSize else { return [] }
        var builder = ProofBuilder(source: source)
        var path: [Digest] = []
        var range = 0..<newSize
        // Whether the old tree's part of `range` is the whole old tree, whose root the verifier has already.
        var isOldRoot = true
        while oldSize != range.upperBound {
            let middle = range.lowerBound + split(range.upperBound - range.lowerBound)
            let sibling = oldSize <= middle ? middle..<range.upperBound : range.lowerBound..<middle
            guard let hash = builder.root(sibling) else { return nil }
            path.append(hash)
            if oldSize <= middle {
                range = range.lowerBound..<middle
            } else {
                range = middle..<range.upperBound
                isOldRoot = false
            }
        }
        if !isOldRoot {
            guard let hash = builder.root(range) else { return nil }
            path.append(hash)
        }
        return path.reversed()
    }

    package static func verifyInclusion(
        of leafHash: Digest, at index: UInt64, size: UInt64, root: Digest, path: [Digest]
    ) -> Bool {
        guard index < size else { return false }
        let hasher = MerkleHasher()
        var place = index
        var last = size - 1
        var hash = leafHash
        for sibling in path {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                hash = hasher.node(sibling, hash)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = hasher.node(hash, sibling)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    package static func verifyConsistency(
        from oldSize: UInt64, root oldRoot: Digest, to newSize: UInt64, root newRoot: Digest, path: [Digest]
    ) -> Bool {
        let hasher = MerkleHasher()
        guard oldSize <= newSize else { return false }
        if oldSize == newSize { return path.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return path.isEmpty && oldRoot == hasher.emptyRoot() }
        var rest = path[...]
        // A power of two: the old root itself is the first node.
        guard let first = oldSize & (oldSize - 1) == 0 ? oldRoot : rest.popFirst() else { return false }
        var place = oldSize - 1
        var last = newSize - 1
        while place & 1 == 1 {
            place >>= 1
            last >>= 1
        }
        var (old, new) = (first, first)
        for sibling in rest {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                old = hasher.node(sibling, old)
                new = hasher.node(sibling, new)
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                new = hasher.node(new, sibling)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && old == oldRoot && new == newRoot
    }

    /// The largest power of two below `count`: where RFC 6962 splits a list.
    static func split(_ count: UInt64) -> UInt64 { 1 << UInt64(63 - (count - 1).leadingZeroBitCount) }
}

private struct ProofBuilder<Source: HashSource> {
    private let source: Source
    private let hasher = Hasher()

    /// A class around the hasher, which cannot be copied, so that the builder can be passed on.
    private final class Hasher {
        let merkle = MerkleHasher()
    }

    init(source: Source) { self.source = source }

    /// The Merkle tree hash of a range of leaves that begins at a multiple of the largest power of two within it.
    mutating func root(_ range: Range<UInt64>) -> Digest? {
        let count = range.upperBound - range.lowerBound
        if count & (count - 1) == 0 {
            let height = count.trailingZeroBitCount
            return source.hash(height: height, index: range.lowerBound >> UInt64(height))
        }
        let middle = range.lowerBound + MerkleProof.split(count)
        guard let left = root(range.lowerBound..<middle), let right = root(middle..<range.upperBound) else {
            return nil
        }
        return hasher.merkle.node(left, right)
    }
}
