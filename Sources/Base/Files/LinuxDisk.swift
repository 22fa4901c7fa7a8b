internal import CLinux
internal import Glibc

/// The disk of this machine.
package struct LinuxDisk: DiskCalls {
    package init() {}

    package func open(_ path: String, _ flags: Int32, _ permissions: UInt32) -> Int32 {
        outcome(portcullis_open(path, flags, permissions))
    }

    package func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    package func pread(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ offset: UInt64) -> Int {
        outcome(Glibc.pread(descriptor, buffer.baseAddress, buffer.count, off_t(clamping: offset)))
    }

    package func pwrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: UInt64) -> Int {
        outcome(Glibc.pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(clamping: offset)))
    }

    package func fdatasync(_ descriptor: Int32) -> Int32 { outcome(Glibc.fdatasync(descriptor)) }
    package func fsync(_ descriptor: Int32) -> Int32 { outcome(Glibc.fsync(descriptor)) }

    package func ftruncate(_ descriptor: Int32, _ length: UInt64) -> Int32 {
        outcome(Glibc.ftruncate(descriptor, off_t(clamping: length)))
    }

    package func forgetPages(_ descriptor: Int32) { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }

    package func rename(_ from: String, _ to: String) -> Int32 { outcome(Glibc.rename(from, to)) }
    package func mkdir(_ path: String, _ permissions: UInt32) -> Int32 { outcome(Glibc.mkdir(path, permissions)) }
    package func unlink(_ path: String) -> Int32 { outcome(Glibc.unlink(path)) }
    package func rmdir(_ path: String) -> Int32 { outcome(Glibc.rmdir(path)) }

    package func kind(_ path: String, followingLinks: Bool) -> FileKind {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return .missing }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return .file
        default: return .other
        }
    }

    package func names(_ path: String) -> DiskNames {
        guard let folder = opendir(path) else { return .failed(-errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return .names(names)
    }

    private func outcome<Number: SignedInteger>(_ result: Number) -> Number {
        result < 0 ? -Number(errno) : result
    }
}
