package import Crypto
internal import MerkleLog

/// What recovery found: where writing and publishing go on, and what has to be repaired first.
package struct RecoveredLog: Sendable {
    /// The folder holds no record yet.
    package var isNew: Bool
    package var start: LogStart
    package var publishing: PublishStart
    /// To be performed, in order, before anything else is written.
    package var repairs: [LedgerEffect]
    /// Bytes behind the tail that nobody was told of; the repairs overwrite them.
    package var droppedBytes: UInt64
    package var droppedDigest: Digest
    /// Whether all frames were read, because the tiles could not be used.
    package var wasRebuilt: Bool

    package var checkpointSize: UInt64 { publishing.published?.size ?? 0 }

    /// For the OPEN record; nil for a new log.
    package var report: LogCore.Recovered? {
        isNew
            ? nil
            : LogCore.Recovered(
                checkpointSize: checkpointSize, droppedBytes: droppedBytes, droppedDigest: droppedDigest)
    }
}
