internal import CBOR
package import Crypto
package import Vocabulary

// Records that stand alone. Each has a key of its own in the compartment `administration`.
extension LogCore {
    /// What recovery found, for the OPEN record.
    package struct Recovered: Equatable, Sendable {
        package var checkpointSize: UInt64
        /// Bytes behind the tail that were overwritten: writes that nobody had been told of.
        package var droppedBytes: UInt64
        package var droppedDigest: Digest

        package init(checkpointSize: UInt64, droppedBytes: UInt64, droppedDigest: Digest) {
            self.checkpointSize = checkpointSize
            self.droppedBytes = droppedBytes
            self.droppedDigest = droppedDigest
        }
    }

    /// The first record of a run.
    package mutating func open(
        version: String, recovered: Recovered?, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        var pairs: [(String, CBOR)] = [
            ("node", .text(identity.node.text)), ("origin", .text(identity.origin)), ("version", .text(version)),
        ]
        if let recovered {
            pairs.append(
                (
                    "recovered",
                    .map([
                        ("checkpoint", .unsigned(recovered.checkpointSize)),
                        ("dropped", .unsigned(recovered.droppedBytes)),
                        ("dropped_sha256", .bytes(recovered.droppedDigest.bytes)), ("index", .unsigned(nextIndex)),
                    ])
                ))
        }
        return try alone(.open, CBOR.map(pairs).encoded(), lease, now)
    }

    /// The last record of a run; nothing is taken on after it.
    package mutating func close(reason: String, lease: Lease, at now: LedgerTime) throws(LedgerError) -> UInt64 {
        let index = try alone(.close, CBOR.map([("reason", .text(reason))]).encoded(), lease, now)
        markClosed()
        return index
    }

    /// What could not be recorded, and why.
    package mutating func gap(
        _ period: Range<Instant>, reason: String, refused: UInt64, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        let body = CBOR.map([
            ("from", .integer(period.lowerBound.nanoseconds)), ("reason", .text(reason)),
            ("refused", .unsigned(refused)), ("until", .integer(period.upperBound.nanoseconds)),
        ])
        return try alone(.gap, body.encoded(), lease, now)
    }

    /// An administrative act.
    /// - Precondition: the type is one of those that docs/formats/record.md lists under "Administration" with an actor.
    package mutating func act(
        _ type: RecordType, _ record: ActRecord, lease: Lease, at now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        precondition(LogCore.acts.contains(type), "\(type) is no administrative act")
        return try alone(type, record.encoded(), lease, now)
    }

    static let acts: Set<RecordType> = [
        .read, .policy, .person, .cut, .cutAcknowledged, .reopen, .receipt, .evidence, .key, .terms, .alert, .approval,
        .scrub,
    ]

    private mutating func alone(
        _ type: RecordType, _ body: [UInt8], _ lease: Lease, _ now: LedgerTime
    ) throws(LedgerError) -> UInt64 {
        try begin([body.count], usingReserve: type.mayUseReserve)
        let draft = Draft(
            type: type, compartment: .administration, key: try takeKey(.administration, at: now), lease: lease, now: now
        )
        return try stage(body, draft).upperBound - 1
    }
}
