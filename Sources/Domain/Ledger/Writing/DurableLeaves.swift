package import Crypto

/// Leaves that are on disk and not yet in the tree: from `LogCore` to `LogPublisher`.
package struct DurableLeaves: Sendable {
    package let firstIndex: UInt64
    /// One hash a leaf.
    package let hashes: [Digest]
    /// The leaves, 168 bytes each.
    package let bytes: [UInt8]
}
