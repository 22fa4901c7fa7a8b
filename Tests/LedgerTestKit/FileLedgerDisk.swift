internal import Files
package import Ledger

/// Performs effects on a file system, one after the other, blocking: slow and plain, and as durable as the real driver.
package final class FileLedgerDisk: LedgerDisk {
    package let folder: FileLogFolder
    private var root: String { folder.root }

    package init(_ root: String) throws(LedgerDiskError) {
        folder = FileLogFolder(root)
        try attempt { () throws(FileError) in try Folder.create(root) }
    }

    package func read(
        _ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LedgerError) -> Int? {
        try folder.read(path, at: offset, into: buffer)
    }

    package func names(in folder: String) throws(LedgerError) -> [String] { try self.folder.names(in: folder) }

    package func perform(_ effect: LedgerEffect) throws(LedgerDiskError) {
        try attempt { () throws(FileError) in
            switch effect {
            case .write(let path, let offset, let bytes):
                let file = try File(root + "/" + path, .write)
                try file.write(bytes, at: offset)
                try file.flush()
            case .append(let path, let offset, let bytes): try append(path, offset, bytes)
            case .replace(let path, let bytes, let durable): try replace(path, bytes, durable)
            case .prepareSegment(let path, let header, let size): try prepare(path, header, size)
            case .clear(let path, let from, let count):
                let file = try File(root + "/" + path, .write)
                try file.write([UInt8](repeating: 0, count: Int(count)), at: from)
                try file.flush()
            case .truncate(let path, let length):
                let file = try File(root + "/" + path, .write)
                try file.truncate(to: length)
                try file.flush()
            case .removeFolder(let path): try Folder.remove(root + "/" + path)
            }
        }
    }

    private func append(_ path: String, _ offset: UInt64, _ bytes: [UInt8]) throws(FileError) {
        let whole = root + "/" + path
        let isNew = !Folder.isFile(whole)
        try Folder.create(Folder.parent(of: whole))
        let file = try File(whole, .create(permissions: 0o600))
        try file.write(bytes, at: offset)
        try file.flush()
        if isNew { try Folder.flush(Folder.parent(of: whole)) }
    }

    private func replace(_ path: String, _ bytes: [UInt8], _ durable: Bool) throws(FileError) {
        let whole = root + "/" + path
        try Folder.create(Folder.parent(of: whole))
        let temporary = Folder.parent(of: whole) + "/.new"
        do {
            let file = try File(temporary, .replace(permissions: 0o600))
            try file.write(bytes, at: 0)
            if durable { try file.flush() }
        }
        try Folder.move(temporary, to: whole)
        if durable { try Folder.flush(Folder.parent(of: whole)) }
    }

    private func prepare(_ path: String, _ header: [UInt8], _ size: Int) throws(FileError) {
        let whole = root + "/" + path
        try Folder.create(Folder.parent(of: whole))
        let file = try File(whole, .replace(permissions: 0o600))
        try file.write(header, at: 0)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var offset = header.count
        while offset < size {
            try zeros.span.bytes.withUnsafeBytes { (bytes) throws(FileError) in
                try file.write(
                    UnsafeRawBufferPointer(rebasing: bytes[..<min(zeros.count, size - offset)]), at: UInt64(offset))
            }
            offset += zeros.count
        }
        try file.flush()
        try Folder.flush(Folder.parent(of: whole))
    }

    private func attempt(_ body: () throws(FileError) -> Void) throws(LedgerDiskError) {
        do throws(FileError) {
            try body()
        } catch {
            throw LedgerDiskError(error.isNoSpace ? .noSpace : .io, error.description)
        }
    }
}
