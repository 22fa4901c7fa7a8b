internal import CLinux
internal import Glibc

/// One process at a time: flock(2), which ends with the process whatever way it ends. Throws EWOULDBLOCK while another
/// holds it.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    package init(_ path: String) throws(FileError) {
        let descriptor = portcullis_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path: path, operation: .open, number: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            throw FileError(path: path, operation: .lock, number: number)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
