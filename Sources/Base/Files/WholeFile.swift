internal import CLinux
internal import Glibc

/// Small files as one value. Blocking, so not for an event loop that serves.
package enum WholeFile {
    /// - Parameter limit: LIMIT of bytes; a larger file is refused with EFBIG.
    package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let file = try File(path, .read)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(limit + 1, 64 * 1024))
        while true {
            let count = try piece.withUnsafeMutableBytesTyped { (buffer) throws(FileError) in
                try file.read(at: UInt64(bytes.count), into: buffer)
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw FileError(path: path, operation: .read, number: EFBIG) }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    /// All or nothing, also across a crash: a temporary file is written, flushed, renamed over the old one, and the
    /// folder is flushed.
    package static func replace(_ path: String, _ bytes: [UInt8], permissions: UInt32 = 0o600) throws(FileError) {
        let temporary = path + ".new-\(getpid())"
        do throws(FileError) {
            let file = try File(temporary, .replace(permissions: permissions))
            // The permissions of an open(2) are cut by the umask, and a file left by a crash may have others.
            chmod(temporary, permissions)
            try file.write(bytes, at: 0)
            try file.flush()
            try Folder.move(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
        try Folder.flush(Folder.parent(of: path))
    }

    /// Modification time in nanoseconds and size: enough to see that a file was replaced. Nil when there is none.
    package static func version(_ path: String) -> FileVersion? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return FileVersion(modified: modified, size: Int64(status.st_size), permissions: status.st_mode & 0o777)
    }

    /// Absolute, symbolic links resolved; joined to the working folder when it does not exist yet.
    package static func absolute(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        guard !path.hasPrefix("/"), let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return String(cString: here) + "/" + path
    }
}

package struct FileVersion: Hashable, Sendable {
    package var modified: Int64
    package var size: Int64
    package var permissions: UInt32
}

extension [UInt8] {
    /// `withUnsafeMutableBytes` with a typed error.
    fileprivate mutating func withUnsafeMutableBytesTyped<Failure>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        var result: Result<Int, Failure> = .success(0)
        withUnsafeMutableBytes { buffer in
            do throws(Failure) { result = .success(try body(buffer)) } catch { result = .failure(error) }
        }
        return try result.get()
    }
}
