/// The embedded store did not do as asked. Carries SQLite's codes and sentences, never values.
package enum StorageError: Error, Equatable, Sendable {
    case database(operation: String, code: Int32, message: String)
    /// The store was written by a later version of this program.
    case newerSchema(found: Int64, known: Int64)
    /// A stored value that this version cannot read.
    case damaged(table: String, column: String)
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .database(let operation, let code, let message):
            "the control store failed to \(operation): \(message) (code \(code))"
        case .newerSchema(let found, let known):
            "the control store has schema \(found >> 16).\(found & 0xFFFF), this program knows "
                + "\(known >> 16).\(known & 0xFFFF) and none of a later major number; run the newer version, or restore "
                + "a backup of the time before it"
        case .damaged(let table, let column):
            "the control store holds an unreadable \(column) in \(table); restore a backup"
        }
    }
}
