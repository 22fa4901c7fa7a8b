internal import Glibc

/// A file or the embedded store did not do as asked. Carries paths and errno or SQLite codes, never contents.
package enum StorageError: Error, Equatable, Sendable {
    case file(path: String, operation: String, errorNumber: Int32)
    case tooLarge(path: String, limit: Int)
    /// Another process holds the lock.
    case locked(path: String)
    case database(operation: String, code: Int32, message: String)
    /// The store was written by a later version of this program.
    case newerSchema(found: Int64, known: Int64)
    /// A stored value that this version cannot read.
    case damaged(table: String, column: String)

    package var message: String {
        switch self {
        case .file(let path, let operation, let number):
            "cannot \(operation) \(path): \(String(cString: strerror(number)).lowercased())\(remedy(number))"
        case .tooLarge(let path, let limit): "\(path) is larger than the limit of \(limit) bytes"
        case .locked(let path): "\(path) is in use by another running portcullis; stop it first"
        case .database(let operation, let code, let message): "the control store failed to \(operation): \(message) (code \(code))"
        case .newerSchema(let found, let known):
            "the control store has schema \(found), this program knows \(known); run the newer version"
        case .damaged(let table, let column): "the control store holds an unreadable \(column) in \(table); restore a backup"
        }
    }

    private func remedy(_ number: Int32) -> String {
        switch number {
        case EACCES, EPERM, EROFS: "; choose a folder that this user may write"
        case ENOSPC, EDQUOT: "; free some space"
        case EMFILE, ENFILE: "; raise the limit of open files"
        default: ""
        }
    }
}
