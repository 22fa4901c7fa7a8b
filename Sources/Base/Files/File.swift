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
    private let disk: any DiskCalls
    package let path: String

    package init(_ path: String, _ mode: Mode, on disk: any DiskCalls = LinuxDisk()) throws(FileError) {
        var flags = O_CLOEXEC
        var permissions: UInt32 = 0
        switch mode {
        case .read: flags |= O_RDONLY
        case .write: flags |= O_WRONLY
        case .create(let wanted): (flags, permissions) = (flags | O_WRONLY | O_CREAT, wanted)
        case .replace(let wanted): (flags, permissions) = (flags | O_WRONLY | O_CREAT | O_TRUNC, wanted)
        }
        let descriptor = disk.open(path, flags, permissions)
        guard descriptor >= 0 else { throw FileError(path: path, operation: .open, number: -descriptor) }
        self.descriptor = descriptor
        self.disk = disk
        self.path = path
    }

    /// Fills the buffer from an offset; fewer bytes only at the end of the file.
    package borrowing func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
    {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = disk.pread(descriptor, rest, offset &+ UInt64(done))
            if count == 0 { break }
            if count < 0 {
                if count == -Int(EINTR) { continue }
                throw FileError(path: path, operation: .read, number: Int32(-count))
            }
            done += count
        }
        return done
    }

    package borrowing func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = disk.pwrite(descriptor, rest, offset &+ UInt64(done))
            if count <= 0 {
                if count == -Int(EINTR) { continue }
                // A disk that takes nothing and names no reason would be asked for ever.
                throw FileError(path: path, operation: .write, number: count == 0 ? EIO : Int32(-count))
            }
            done += count
        }
    }

    package borrowing func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {
        try bytes.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in try write(bytes, at: offset) }
    }

    /// fdatasync(2): content and the length that is needed to read it. Never tried again here, whatever the failure:
    /// the kernel may have thrown the pages away and called them clean.
    package borrowing func flush() throws(FileError) {
        let result = disk.fdatasync(descriptor)
        guard result == 0 else { throw FileError(path: path, operation: .flush, number: -result) }
    }

    /// Tells the kernel that what it holds of the file will not be needed soon (posix_fadvise, POSIX_FADV_DONTNEED).
    /// Advice: what is not flushed stays, and a file system may ignore it.
    package borrowing func forgetPages() { disk.forgetPages(descriptor) }

    package borrowing func truncate(to length: UInt64) throws(FileError) {
        let result = disk.ftruncate(descriptor, length)
        guard result == 0 else { throw FileError(path: path, operation: .truncate, number: -result) }
    }

    deinit { disk.close(descriptor) }
}
