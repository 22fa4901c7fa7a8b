internal import CLinux
internal import Glibc

/// A file that only grows, held open. Blocks: for a thread of its own. One writer at a time.
package final class AppendFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens or creates. What the file holds stays.
    package init(_ path: String, permissions: UInt32 = 0o600) throws(FileError) {
        descriptor = portcullis_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, permissions)
        guard descriptor >= 0 else { throw FileError(path: path, operation: .open, number: errno) }
        self.path = path
    }

    /// Hands all bytes to the kernel; they outlive this process, not the machine.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, operation: .write, number: errno)
            }
            done += count
        }
    }

    deinit { close(descriptor) }
}
