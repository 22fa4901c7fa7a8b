package import Crypto

/// The three hashes of RFC 6962 section 2.1 with SHA-256. The prefixes keep a leaf from being taken for a node.
package struct MerkleHasher: ~Copyable {
    private let hasher = SHA256()

    package init() {}

    package func leaf(_ entry: UnsafeRawBufferPointer) -> Digest {
        hasher.update(UInt8(0x00))
        hasher.update(entry)
        return hasher.finish()
    }

    package func leaf(_ entry: [UInt8]) -> Digest { entry.withUnsafeBytes { leaf($0) } }

    package func node(_ left: Digest, _ right: Digest) -> Digest {
        // One update for the whole input: a call into the library costs as much as hashing the 65 bytes.
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest.length, alignment: 8) { input in
            input[0] = 0x01
            left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: input[1..<33]).copyMemory(from: $0) }
            right.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: input[33..<65]).copyMemory(from: $0) }
            hasher.update(UnsafeRawBufferPointer(input))
            return hasher.finish()
        }
    }

    /// Root of the tree without leaves.
    package func emptyRoot() -> Digest { hasher.finish() }

    /// Root of a row of hashes as if they were leaf hashes: the tree over them has the shape of RFC 6962.
    /// - Precondition: `row` is not empty.
    package func root(of row: some Collection<Digest>) -> Digest {
        var frontier: [Digest] = []
        var size = 0
        for hash in row {
            var hash = hash
            var rest = size
            while rest & 1 == 1, let left = frontier.popLast() {
                hash = node(left, hash)
                rest >>= 1
            }
            frontier.append(hash)
            size += 1
        }
        return fold(frontier)
    }

    /// Joins complete subtrees, largest first, to the root of the tree that they make up.
    /// - Precondition: `frontier` is not empty.
    func fold(_ frontier: [Digest]) -> Digest {
        precondition(!frontier.isEmpty)
        var root = frontier[frontier.count - 1]
        for subtree in frontier.dropLast().reversed() { root = node(subtree, root) }
        return root
    }
}
