package import Crypto

/// Where a writer begins: at the start of a new log, or where recovery found the end of an old one.
package struct LogStart: Sendable {
    package var nextIndex: UInt64
    package var previousLeafHash: Digest
    package var nextKeyFile: UInt32
    var cursor: SegmentGeometry.Cursor
    /// Salts of the segments that are there, by number, from the cursor's on.
    var prepared: [UInt64: UInt64]

    /// A log that has no record yet.
    package static let new = LogStart(
        nextIndex: 0, previousLeafHash: .zero, nextKeyFile: 1,
        cursor: SegmentGeometry.Cursor(segment: 0, offset: SegmentHeader.length), prepared: [:])
}
