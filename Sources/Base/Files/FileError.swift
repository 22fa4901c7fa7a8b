internal import Glibc

/// A system call on a file failed. The path is the caller's; the number is errno.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Operation: String, Sendable {
        case open, read, write, flush, rename, truncate, list, remove
        case createFolder = "create the folder"
    }

    package let path: String
    package let operation: Operation
    package let number: Int32

    /// The disk or a quota is full, and a write said so, not a flush: nothing that was promised is in doubt.
    package var isNoSpace: Bool { operation != .flush && (number == ENOSPC || number == EDQUOT) }
    package var isMissing: Bool { number == ENOENT || number == ENOTDIR }

    package var description: String { "cannot \(operation.rawValue) \(path): \(String(cString: strerror(number)))" }
}
