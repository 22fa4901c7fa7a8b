internal import CLinux
internal import Glibc
package import Ledger

/// Performs what the ledger's state machines ask of one log's folder. Blocks; one instance belongs to one thread.
package final class LedgerDisk {
    private let root: String
    /// Descriptors of the files that are written again and again: the segment in use and the key files.
    private var kept: [(path: String, descriptor: Int32)] = []
    /// LIMIT: descriptors kept open.
    private static let keptAtMost = 4

    package init(folder: String) { root = folder }

    /// Nil when the effect is done as described.
    package func perform(_ effect: LedgerEffect) -> LedgerFailure? {
        switch effect {
        case .write(let path, let offset, let bytes): write(path, offset, bytes)
        case .append(let path, let offset, let bytes): append(path, offset, bytes)
        case .replace(let path, let bytes, let durable): replace(path, bytes, durable: durable)
        case .prepareSegment(let path, let header, let size): prepare(path, header, size)
        case .clear(let path, let offset, let count): clear(path, offset, count)
        case .truncate(let path, let length): truncate(path, length)
        case .removeFolder(let path): removeFolder(path)
        }
    }

    // MARK: Effects

    /// The commit of records. Only here is a full disk impossible: the blocks were written before.
    private func write(_ path: String, _ offset: UInt64, _ bytes: [UInt8]) -> LedgerFailure? {
        guard let file = open(path, O_WRONLY, keep: true) else { return .io }
        if let failure = put(file, bytes, at: offset) { return failure }
        return fdatasync(file) == 0 ? nil : .io
    }

    private func append(_ path: String, _ offset: UInt64, _ bytes: [UInt8]) -> LedgerFailure? {
        let isNew = access(root + "/" + path, F_OK) != 0
        guard let file = open(path, O_WRONLY | O_CREAT, keep: true) else { return failure(errno) }
        if let failure = put(file, bytes, at: offset) { return failure }
        guard fdatasync(file) == 0 else { return .io }
        return isNew ? flushFolders(above: path) : nil
    }

    private func replace(_ path: String, _ bytes: [UInt8], durable: Bool) -> LedgerFailure? {
        let temporary = path + ".tmp"
        guard let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, keep: false) else { return failure(errno) }
        var problem = put(file, bytes, at: 0)
        if problem == nil, durable, fdatasync(file) != 0 { problem = .io }
        close(file)
        if problem == nil, rename(root + "/" + temporary, root + "/" + path) != 0 { problem = failure(errno) }
        if let problem {
            unlink(root + "/" + temporary)
            return problem
        }
        return durable ? flushFolders(above: path) : nil
    }

    private func prepare(_ path: String, _ header: [UInt8], _ size: Int) -> LedgerFailure? {
        guard let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, keep: false) else { return failure(errno) }
        defer { close(file) }
        if let failure = put(file, header, at: 0) { return failure }
        let zeros = [UInt8](repeating: 0, count: min(size, 1 << 20))
        var offset = header.count
        while offset < size {
            let piece = zeros.count > size - offset ? Array(zeros[..<(size - offset)]) : zeros
            if let failure = put(file, piece, at: UInt64(offset)) { return failure }
            offset += piece.count
        }
        guard fsync(file) == 0 else { return .io }
        return flushFolders(above: path)
    }

    private func clear(_ path: String, _ offset: UInt64, _ count: UInt64) -> LedgerFailure? {
        guard let file = open(path, O_WRONLY, keep: false) else { return .io }
        defer { close(file) }
        let zeros = [UInt8](repeating: 0, count: Int(min(count, 1 << 20)))
        var done: UInt64 = 0
        while done < count {
            let piece = UInt64(zeros.count) > count - done ? Array(zeros[..<Int(count - done)]) : zeros
            if let failure = put(file, piece, at: offset + done) { return failure }
            done += UInt64(piece.count)
        }
        return fdatasync(file) == 0 ? nil : .io
    }

    private func truncate(_ path: String, _ length: UInt64) -> LedgerFailure? {
        guard let file = open(path, O_WRONLY, keep: false) else { return .io }
        defer { close(file) }
        guard ftruncate(file, off_t(length)) == 0 else { return failure(errno) }
        return fsync(file) == 0 ? nil : .io
    }

    private func removeFolder(_ path: String) -> LedgerFailure? {
        guard let folder = opendir(root + "/" + path) else { return errno == ENOENT ? nil : .io }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { unlink(root + "/" + path + "/" + name) }
        }
        return rmdir(root + "/" + path) == 0 || errno == ENOENT ? nil : .io
    }

    // MARK: Calls

    private func open(_ path: String, _ flags: Int32, keep: Bool) -> Int32? {
        if keep, let known = kept.first(where: { $0.path == path }) { return known.descriptor }
        let whole = root + "/" + path
        var descriptor = portcullis_open(whole, flags | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == ENOENT, flags & O_CREAT != 0, makeFolders(above: path) {
            descriptor = portcullis_open(whole, flags | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { return nil }
        if keep {
            if kept.count >= LedgerDisk.keptAtMost { close(kept.removeFirst().descriptor) }
            kept.append((path, descriptor))
        }
        return descriptor
    }

    private func put(_ file: Int32, _ bytes: [UInt8], at offset: UInt64) -> LedgerFailure? {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(file, buffer.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset) + written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return failure(errno)
            }
            written += count
        }
        return nil
    }

    private func failure(_ number: Int32) -> LedgerFailure { number == ENOSPC || number == EDQUOT ? .noSpace : .io }

    /// Folders from the log's root down to the file's own.
    private func folders(above path: String) -> [String] {
        var folders = [root]
        for part in path.split(separator: "/").dropLast() { folders.append((folders.last ?? root) + "/" + part) }
        return folders
    }

    private func makeFolders(above path: String) -> Bool {
        for folder in folders(above: path) where mkdir(folder, 0o700) != 0 && errno != EEXIST { return false }
        return true
    }

    private func flushFolders(above path: String) -> LedgerFailure? {
        for folder in folders(above: path).reversed() {
            let descriptor = portcullis_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
            guard descriptor >= 0 else { return .io }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { return .io }
        }
        return nil
    }

    deinit { for file in kept { close(file.descriptor) } }
}
