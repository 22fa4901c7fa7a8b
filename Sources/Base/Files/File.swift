internal import CLinux
internal import Glibc

/// An open regular file, read and written at offsets. Closed when the owner lets go; blocking, so not for an event
/// loop.
package struct File: ~Copyable, Sendable {
    package enum Mode: Sendable {
        case read
        /// An existing file.
        case write
        /// Created with this mode if it is not there.
        case create(permissions: UInt32)
        /// Created, or cut to nothing.
        case replace(permissions: UInt32)
    }

    private let descriptor: Int32
    package let path: String

    package init(_ path: String, _ mode: Mode) throws(FileError) {
        var flags = O_CLOEXEC
        var permissions: UInt32 = 0
        switch mode {
        case .read: flags |= O_RDONLY
        case .write: flags |= O_WRONLY
        case .create(let wanted): (flags, permissions) = (flags | O_WRONLY | O_CREAT, wanted)
        case .replace(let wanted): (flags, permissions) = (flags | O_WRONLY | O_CREAT | O_TRUNC, wanted)
        }
        let descriptor = portcullis_open(path, flags, permissions)
        guard descriptor >= 0 else { throw FileError(path: path, operation: .open, number: errno) }
        self.descriptor = descriptor
        self.path = path
    }

    /// Fills the buffer from an offset; fewer bytes only at the end of the file.
    package borrowing func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
    {
        var done = 0
        while done < buffer.count, let start = buffer.baseAddress {
            let count = pread(descriptor, start + done, buffer.count - done, off_t(clamping: offset) + done)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, operation: .read, number: errno)
            }
            done += count
        }
        return done
    }

    package borrowing func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(FileError) {
        var done = 0
        while done < bytes.count, let start = bytes.baseAddress {
            let count = pwrite(descriptor, start + done, bytes.count - done, off_t(clamping: offset) + done)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, operation: .write, number: errno)
            }
            done += count
        }
    }

    package borrowing func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
        try bytes.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in try write(bytes, at: offset) }
    }

    /// fdatasync(2): content and the length that is needed to read it.
    package borrowing func flush() throws(FileError) {
        guard fdatasync(descriptor) == 0 else { throw FileError(path: path, operation: .flush, number: errno) }
    }

    /// Tells the kernel that what it holds of the file will not be needed soon (posix_fadvise, POSIX_FADV_DONTNEED).
    /// Advice: what is not flushed stays, and a file system may ignore it.
    package borrowing func forgetPages() { posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }

    package borrowing func truncate(to length: UInt64) throws(FileError) {
        guard ftruncate(descriptor, off_t(clamping: length)) == 0 else {
            throw FileError(path: path, operation: .truncate, number: errno)
        }
    }

    deinit { close(descriptor) }
}
