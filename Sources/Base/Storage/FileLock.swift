internal import CLinux
internal import Glibc

/// One process at a time in a folder: flock(2), which ends with the process whatever way it ends.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    package init(_ path: String) throws(StorageError) {
        let descriptor = portcullis_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, operation: "create", errorNumber: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            throw number == EWOULDBLOCK ? .locked(path: path) : .file(path: path, operation: "lock", errorNumber: number)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
