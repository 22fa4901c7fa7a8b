/// What may be tuned. The defaults are those that measured best (docs/formats do not depend on any of them but the
/// segment size, which every segment states).
package struct LogSettings: Sendable {
    package var segments: SegmentGeometry
    /// LIMIT of one write: larger ones have a worse tail for no better rate.
    package var batchBytes: Int
    /// LIMIT of one write.
    package var batchRecords: Int
    /// LIMIT of one record, all parts together.
    package var recordBytes: Int
    /// LIMIT of what waits for the disk; beyond it nothing is taken on.
    package var stagedBytes: Int
    /// LIMIT of leaves that nobody has taken for the tree; beyond it nothing is taken on.
    package var untakenLeaves: Int
    /// Segments kept ready ahead of the one in use.
    package var spareSegments: Int
    /// Keys made in the first append of a run; later ones are larger.
    package var keysPerAppend: Int
    /// LIMIT: keys made in one append: each costs a microsecond or two of the writer's thread.
    package var mostKeysPerAppend: Int
    /// Keys of a compartment below which more are made.
    package var keysLow: Int
    package var retention: RetentionClass

    package init(segments: SegmentGeometry = .standard) {
        self.segments = segments
        batchBytes = 262_144
        batchRecords = 64
        recordBytes = 256 << 20
        stagedBytes = 512 << 20
        untakenLeaves = 1 << 20
        spareSegments = 1
        keysPerAppend = 32
        mostKeysPerAppend = 512
        keysLow = 64
        retention = .unclassed
    }
}
