internal import Glibc

/// A system call on a file failed. The path is the caller's; the number is errno.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Operation: String, Sendable {
        case open, read, write, flush, rename, truncate, list, remove, lock
        case createFolder = "create the folder"
    }

    package let path: String
    package let operation: Operation
    package let number: Int32

    /// A folder that the caller needs and that is not there.
    package static func missing(folder path: String) -> FileError {
        FileError(path: path, operation: .list, number: ENOENT)
    }

    /// The disk or a quota is full, and a write said so, not a flush: nothing that was promised is in doubt.
    package var isNoSpace: Bool { operation != .flush && (number == ENOSPC || number == EDQUOT) }
    package var isMissing: Bool { number == ENOENT || number == ENOTDIR }

    package var isLockedByAnother: Bool { operation == .lock && number == EWOULDBLOCK }

    package var description: String {
        "cannot \(operation.rawValue) \(path): \(String(cString: strerror(number)).lowercased())\(remedy)"
    }

    private var remedy: String {
        switch number {
        case EACCES, EPERM, EROFS: "; choose a folder that this user may write"
        case ENOSPC, EDQUOT: "; make some room"
        case EMFILE, ENFILE: "; raise the limit of open files"
        case EWOULDBLOCK: "; another running portcullis uses it, stop that first"
        case EFBIG: "; the file is larger than it may be"
        default: ""
        }
    }
}
