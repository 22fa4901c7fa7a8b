internal import CLinux
internal import Glibc

/// A file that only grows, held open. Blocks: for a `WorkThread`. One writer at a time.
package final class AppendFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens or creates. What the file holds stays.
    package init(_ path: String, mode: UInt32 = 0o600) throws(StorageError) {
        descriptor = portcullis_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .file(path: path, operation: "append to", errorNumber: errno) }
        self.path = path
    }

    /// Hands all bytes to the kernel; they outlive this process, not the machine.
    package func append(_ bytes: [UInt8]) throws(StorageError) {
        try FileSystem.write(descriptor, bytes, path: path)
    }

    deinit { close(descriptor) }
}
