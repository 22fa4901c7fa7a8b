internal import CLinux
internal import Glibc

/// Whole files and folders. Everything here blocks: not for the event loop while it serves.
package enum FileSystem {
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// LIMIT: given by the caller, for no file is read without one.
    package static func read(_ path: String, limit: Int) throws(StorageError) -> [UInt8] {
        let descriptor = portcullis_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .file(path: path, operation: "read", errorNumber: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw .file(path: path, operation: "read", errorNumber: errno)
            }
            guard bytes.count + count <= limit else { throw .tooLarge(path: path, limit: limit) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// All or nothing, also across a crash: a temporary file is written, flushed, renamed over the old one, and the
    /// folder is flushed.
    package static func writeAtomically(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(StorageError) {
        let temporary = path + ".tmp-\(getpid())"
        let descriptor = portcullis_open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .file(path: temporary, operation: "create", errorNumber: errno) }
        do throws(StorageError) {
            // The mode of an open(2) is cut by the umask, and an old temporary file may have another one.
            fchmod(descriptor, mode)
            try write(descriptor, bytes, path: temporary)
            guard fsync(descriptor) == 0 else { throw .file(path: temporary, operation: "flush", errorNumber: errno) }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            throw .file(path: path, operation: "replace", errorNumber: number)
        }
        try flushFolder(folder(of: path))
    }

    /// Appends and flushes. A crash may leave a part of `bytes` at the end.
    package static func append(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws(StorageError) {
        let isNew = !exists(path)
        let descriptor = portcullis_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .file(path: path, operation: "append to", errorNumber: errno) }
        defer { close(descriptor) }
        try write(descriptor, bytes, path: path)
        guard fdatasync(descriptor) == 0 else { throw .file(path: path, operation: "flush", errorNumber: errno) }
        if isNew { try flushFolder(folder(of: path)) }
    }

    /// Makes the folder and those above it that are missing.
    package static func createFolder(_ path: String, mode: UInt32 = 0o700) throws(StorageError) {
        if mkdir(path, mode) == 0 { return }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw .file(path: path, operation: "use as a folder", errorNumber: ENOTDIR)
            }
        case ENOENT where path.contains("/") && folder(of: path) != path:
            try createFolder(folder(of: path), mode: mode)
            guard mkdir(path, mode) == 0 || errno == EEXIST else {
                throw .file(path: path, operation: "create", errorNumber: errno)
            }
        default: throw .file(path: path, operation: "create", errorNumber: errno)
        }
    }

    /// Names of what the folder holds, sorted, without `.` and `..`; empty when there is no such folder.
    package static func list(_ path: String) throws(StorageError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw .file(path: path, operation: "list", errorNumber: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The folder and all in it. Symbolic links are removed, not followed.
    package static func removeAll(_ path: String) throws(StorageError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try list(path) { try removeAll(path + "/" + name) }
            guard rmdir(path) == 0 else { throw .file(path: path, operation: "remove", errorNumber: errno) }
        } else {
            guard unlink(path) == 0 else { throw .file(path: path, operation: "remove", errorNumber: errno) }
        }
    }

    package static func remove(_ path: String) throws(StorageError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .file(path: path, operation: "remove", errorNumber: errno) }
    }

    package static func size(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Modification time in nanoseconds and size: enough to see that a file was replaced.
    package static func version(_ path: String) -> (modified: Int64, size: Int)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec), Int(status.st_size))
    }

    /// Permission bits; nil when there is no such file.
    package static func mode(_ path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Absolute, symbolic links resolved; the path itself when it does not exist.
    package static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else {
            guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
            defer { free(here) }
            return String(cString: here) + "/" + path
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    package static func flushFolder(_ path: String) throws(StorageError) {
        let descriptor = portcullis_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", errorNumber: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, operation: "flush", errorNumber: errno) }
    }

    static func write(_ descriptor: Int32, _ bytes: [UInt8], path: String) throws(StorageError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .file(path: path, operation: "write", errorNumber: errno)
            }
            written += count
        }
    }
}
