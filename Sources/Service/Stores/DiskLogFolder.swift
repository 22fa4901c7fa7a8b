internal import CLinux
internal import Glibc
package import Ledger
internal import Storage

/// A log's folder on disk, for recovery, readers and the verifier.
package final class DiskLogFolder: LogFolder {
    private let root: String
    /// The file read last; scans read one file in many pieces.
    private var open: (path: String, descriptor: Int32)?

    package init(_ root: String) { self.root = root }

    package func read(
        _ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LedgerError) -> Int? {
        guard let descriptor = try descriptor(of: path) else { return nil }
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset) + done)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, problem: String(cString: strerror(errno)))
            }
            done += count
        }
        return done
    }

    package func names(in folder: String) throws(LedgerError) -> [String] {
        do throws(StorageError) { return try FileSystem.list(root + "/" + folder) } catch {
            throw .unreadable(path: folder, problem: error.message)
        }
    }

    private func descriptor(of path: String) throws(LedgerError) -> Int32? {
        if let open, open.path == path { return open.descriptor }
        let descriptor = portcullis_open(root + "/" + path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .unreadable(path: path, problem: String(cString: strerror(errno)))
        }
        if let open { close(open.descriptor) }
        open = (path, descriptor)
        return descriptor
    }

    deinit { if let open { close(open.descriptor) } }
}
