package import MerkleLog

/// Where a publisher begins.
package struct PublishStart: Sendable {
    var tree: TreeBuilder
    var bundle: [UInt8]
    package var published: Checkpoint?
    /// The newest file under `checkpoints/`; empty when there is none.
    var day: String
    var dayLength: UInt64
    /// Leaves whose full tiles and bundles are durable.
    var settled: UInt64

    package static let new = PublishStart(
        tree: TreeBuilder(), bundle: [], published: nil, day: "", dayLength: 0, settled: 0)
}
