internal import CBOR
package import CutOff
internal import Files
package import Ledger
internal import LedgerFiles
internal import MerkleLog
internal import Stores

extension ArchiveReader {
    /// Every event of the register of cut-offs that any node has recorded, each once, sorted by id. Reads the register
    /// logs of all nodes and years, which hold nothing else; a log that is being written is read as far as it goes.
    ///
    /// INVARIANT: no event that was acknowledged is left out. A log that holds less than its checkpoint promises, or an
    /// event that cannot be read, is an error and not an absence: what is missing might be the cut-off that counts.
    package func registerEvents() throws(ArchiveError) -> [CutEvent] {
        var events: Set<CutEvent> = []
        for log in try logs() where log.custody == NodeLedger.register {
            // Read first: what is written from now on may be missing from both.
            let promised = try promisedSize(of: log)
            let reader = reader(of: log)
            for act in try acts(of: log, with: reader, types: [.cut, .reopen]) {
                events.insert(try ArchiveReader.event(act, log))
            }
            try check(reader, log, holds: promised)
        }
        return events.sorted { $0.id < $1.id }
    }

    /// The records of administration of one log, in order.
    /// - Parameter types: nil for all.
    package func acts(of log: LogIdentity, types: Set<RecordType>? = nil) throws(ArchiveError) -> [RecordedAct] {
        try acts(of: log, with: reader(of: log), types: types)
    }

    private func acts(
        of log: LogIdentity, with reader: LedgerReader<FileLogFolder>, types: Set<RecordType>?
    ) throws(ArchiveError) -> [RecordedAct] {
        var acts: [RecordedAct] = []
        do throws(LedgerError) {
            try reader.acts(where: { types?.contains($0) ?? true }) { act throws(LedgerError) in
                acts.append(act)
                return true
            }
        } catch { throw .ledger(error, log: path(of: log)) }
        return acts
    }

    private static func event(_ act: RecordedAct, _ log: LogIdentity) throws(ArchiveError) -> CutEvent {
        guard let bytes = act.about["event"]?.asBytes else {
            throw .badEvent(log.reference(to: act.index), problem: "'event' must be bytes")
        }
        do throws(CutOffError) { return try CutEvent(encoded: bytes) } catch {
            throw .badEvent(log.reference(to: act.index), problem: error.description)
        }
    }

    /// What the newest checkpoint in the folder says the log holds; 0 before the first.
    private func promisedSize(of log: LogIdentity) throws(ArchiveError) -> UInt64 {
        let path = path(of: log)
        let note: [UInt8]?
        do throws(LedgerError) {
            note = try FileLogFolder(path).contents("checkpoint", limit: 65_536)
        } catch { throw .ledger(error, log: path) }
        guard let note else { return 0 }
        let key = try verifierKey(path)
        do throws(MerkleLogError) {
            return try PublishedCheckpoints.verified(note, by: key).size
        } catch {
            throw .ledger(.badCheckpoint(path: "checkpoint", problem: "\(error)"), log: path)
        }
    }

    private func check(
        _ reader: LedgerReader<FileLogFolder>, _ log: LogIdentity, holds promised: UInt64
    ) throws(ArchiveError) {
        guard promised > 0 else { return }
        var held: UInt64 = 0
        do throws(LedgerError) {
            try reader.frames(from: promised - 1) { frame, _ throws(LedgerError) in
                held = frame.leaf.index + 1
                return false
            }
            if held < promised { throw LedgerError.recordsLost(held: held, promised: promised) }
        } catch { throw .ledger(error, log: path(of: log)) }
    }
}
