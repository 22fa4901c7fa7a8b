package import Crypto
package import Ledger
internal import LedgerFiles
package import MerkleLog
package import Vocabulary

/// What a log shows to whoever may not read its records: heads that it signed, leaves, and proofs that a leaf is in the
/// tree of a head.
extension ArchiveReader {
    /// A head of a log as it was published.
    package struct Head: Sendable {
        package let log: LogIdentity
        package let checkpoint: Checkpoint
        /// The signed note, word for word.
        package let note: [UInt8]
        package let key: VerifierKey
    }

    package struct Inclusion: Sendable {
        package let leafHash: Digest
        package let head: Head
        package let path: [Digest]
    }

    /// Nil when there is no such log.
    package func log(_ node: NodeID, _ custody: CustodyID, _ year: Int) throws(ArchiveError) -> LogIdentity? {
        try logs().first { $0.node == node && $0.custody == custody && $0.year == year }
    }

    /// The newest; nil before the first.
    package func head(of log: LogIdentity) throws(ArchiveError) -> Head? {
        let path = path(of: log)
        let note: [UInt8]?
        do throws(LedgerError) { note = try FileLogFolder(path).contents("checkpoint", limit: 65_536) } catch {
            throw .ledger(error, log: path)
        }
        guard let note else { return nil }
        let key = try verifierKey(path)
        do throws(MerkleLogError) {
            return Head(log: log, checkpoint: try PublishedCheckpoints.verified(note, by: key), note: note, key: key)
        } catch {
            throw .ledger(.badCheckpoint(path: "checkpoint", problem: "\(error)"), log: path)
        }
    }

    /// A leaf with its hash (RFC 6962 section 2.1): no key is needed for it.
    package func leaf(of reference: Reference) throws(ArchiveError) -> (leaf: Leaf, hash: Digest) {
        let log = try log(of: reference)
        var found: (Leaf, Digest)?
        do throws(LedgerError) {
            try reader(of: log).frames(from: reference.index) { frame, bytes throws(LedgerError) in
                if frame.leaf.index == reference.index {
                    // The leaf stands in front of the body.
                    let end = frame.bodyRange.lowerBound
                    let leaf = UnsafeRawBufferPointer(rebasing: bytes[(end - Leaf.length)..<end])
                    found = (frame.leaf, MerkleHasher().leaf(leaf))
                }
                return false
            }
        } catch { throw .ledger(error, log: path(of: log)) }
        guard let found else { throw .ledger(.noSuchRecord(index: reference.index), log: path(of: log)) }
        return found
    }

    /// Nil while no published head covers the record.
    package func inclusion(of reference: Reference) throws(ArchiveError) -> Inclusion? {
        let log = try log(of: reference)
        guard let head = try head(of: log), reference.index < head.checkpoint.size else { return nil }
        let leaf = try leaf(of: reference)
        let folder = FileLogFolder(path(of: log))
        let hashes = TileHashes(size: head.checkpoint.size) { tile in
            // LIMIT: a full tile has 256 hashes. One that cannot be read makes no proof.
            (try? folder.contents(tile.path, limit: 256 * Digest.length)) ?? nil
        }
        guard
            let path = MerkleProof.inclusion(of: reference.index, size: head.checkpoint.size, from: hashes),
            MerkleProof.verifyInclusion(
                of: leaf.hash, at: reference.index, size: head.checkpoint.size, root: head.checkpoint.root, path: path)
        else {
            throw .ledger(
                .badCheckpoint(path: "tile", problem: "the tiles do not lead to the head"), log: self.path(of: log))
        }
        return Inclusion(leafHash: leaf.hash, head: head, path: path)
    }
}
