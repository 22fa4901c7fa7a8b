/// What can go wrong with a ledger. Paths are relative to the log's folder; no case carries content.
package enum LedgerError: Error, Equatable, Sendable {
    case badName(what: String, remedy: String)
    case badSetting(name: String, remedy: String)

    // Writing
    /// A write or flush failed: what is on disk is unknown until the node starts again and recovers.
    case fenced
    /// CLOSE has been written.
    case closed
    /// The record does not fit into the space that is prepared. `full`: the disk refused more, so waiting alone does
    /// not help.
    case noRoom(full: Bool)
    /// No block key is ready.
    case noKey(compartment: Compartment)
    /// LIMIT of one record exceeded.
    case recordTooLong(limit: Int)
    /// The bytes to be sent are not what the record says.
    case sentDiffersFromRecord
    /// The exchange is over, or the record may not come at this point of it.
    case notInOrder(record: RecordType)

    // Keys
    case badKeyFile(path: String, problem: String)
    case masterKeyMissing(id: String)
    case keyMissing(id: UInt64)
    /// A wrap or a sealed body that does not open with this key.
    case notAuthentic(what: String)

    // Reading
    case unreadable(path: String, problem: String)
    case damaged(path: String, offset: UInt64, problem: String)
    /// A checkpoint covers more than the disk holds.
    case recordsLost(held: UInt64, promised: UInt64)
    case rootDiffers(size: UInt64)
    case badCheckpoint(path: String, problem: String)
    case noSuchRecord(index: UInt64)
    case incomplete(index: UInt64)
    case malformed(index: UInt64, problem: String)
}

extension LedgerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badName(let what, let remedy): "the \(what) cannot be used in a ledger: \(remedy)"
        case .badSetting(let name, let remedy): "the setting \(name) is out of range: \(remedy)"
        case .fenced: "the ledger takes no more records since a write failed: restart the node, it will recover"
        case .closed: "the ledger is closed"
        case .noRoom(let full):
            full
                ? "the disk is full: make room in the data folder, recording resumes by itself"
                : "the next segment is still being prepared: try again in a moment"
        case .noKey(let compartment): "no key for \(compartment) is ready: the key file could not be written yet"
        case .recordTooLong(let limit): "the record is longer than \(limit) bytes"
        case .sentDiffersFromRecord: "the bytes to be sent are not those that the record describes"
        case .notInOrder(let record): "a record \(record) may not stand at this point of the exchange"
        case .badKeyFile(let path, let problem): "\(path): \(problem)"
        case .masterKeyMissing(let id): "the master key \(id) is needed: give its file"
        case .keyMissing(let id): "the block key \(id) is not in the key files"
        case .notAuthentic(let what): "\(what) does not open: it was altered, or the key is another one"
        case .unreadable(let path, let problem): "\(path): cannot be read: \(problem)"
        case .damaged(let path, let offset, let problem):
            "\(path), byte \(offset): \(problem); keep the folder as it is and restore it from a copy"
        case .recordsLost(let held, let promised):
            "\(promised) records were acknowledged, \(held) are on the disk: restore the folder from a copy"
        case .rootDiffers(let size): "the records up to \(size) are not those of the signed checkpoint"
        case .badCheckpoint(let path, let problem): "\(path): \(problem)"
        case .noSuchRecord(let index): "there is no record \(index) in this log"
        case .incomplete(let index): "record \(index) was never written whole, so it was never acknowledged"
        case .malformed(let index, let problem): "record \(index): \(problem)"
        }
    }
}
