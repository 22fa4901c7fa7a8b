package import Crypto

/// Leaves that are on disk and not yet in the tree: from `LogCore` to `LogPublisher`.
package struct DurableLeaves: Sendable {
    package let firstIndex: UInt64
    /// One hash a leaf.
    package private(set) var hashes: [Digest]
    /// The leaves, 168 bytes each.
    package private(set) var bytes: [UInt8]

    init(firstIndex: UInt64, hashes: [Digest], bytes: [UInt8]) {
        self.firstIndex = firstIndex
        self.hashes = hashes
        self.bytes = bytes
    }

    /// Its storage, for those that come next. - Precondition: both are empty.
    consuming func give(_ hashes: inout [Digest], _ bytes: inout [UInt8]) {
        self.hashes.removeAll(keepingCapacity: true)
        self.bytes.removeAll(keepingCapacity: true)
        swap(&self.hashes, &hashes)
        swap(&self.bytes, &bytes)
    }
}
