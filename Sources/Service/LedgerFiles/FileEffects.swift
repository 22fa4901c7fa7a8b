package import Files
package import Ledger

/// Performs a ledger's effects on a file system, each to its end as `LedgerEffect` describes it. Blocking: belongs on a
/// thread of its own. One instance a lane, since it keeps the file that it wrote last open.
package final class FileEffects {
    private static let permissions: UInt32 = 0o600
    private let root: String
    /// The segment in use: opened once, not for every commit.
    private var current: OpenFile?

    private final class OpenFile {
        let path: String
        let file: File

        init(_ root: String, _ path: String, _ mode: File.Mode = .write) throws(FileError) {
            self.path = path
            file = try File(root + "/" + path, mode)
        }
    }

    /// - Parameter root: the log's folder; made when it is missing.
    package init(_ root: String) throws(FileError) {
        self.root = root
        try Folder.create(root)
    }

    package func perform(_ effect: LedgerEffect) throws(FileError) {
        switch effect {
        case .write(let path, let offset, let bytes): try write(path, offset, bytes)
        case .append(let path, let offset, let bytes): try append(path, offset, bytes)
        case .replace(let path, let bytes): try replace(path, bytes)
        case .replaceAll(let files): try replace(files)
        case .prepareSegment(let path, let header, let size): try prepare(path, header, size)
        case .clear(let path, let from, let count): try clear(path, from, count)
        case .truncate(let path, let length):
            let file = try File(root + "/" + path, .write)
            try file.truncate(to: length)
            try file.flush()
        case .removeFolder(let path): try Folder.remove(root + "/" + path)
        }
    }

    /// What a failure means for the state machines.
    package static func failure(_ error: FileError) -> LedgerFailure { error.isNoSpace ? .noSpace : .io }

    private func write(_ path: String, _ offset: UInt64, _ bytes: [UInt8]) throws(FileError) {
        let open: OpenFile
        if let current, current.path == path {
            open = current
        } else {
            open = try OpenFile(root, path)
            current = open
        }
        try open.file.write(bytes, at: offset)
        try open.file.flush()
    }

    private func append(_ path: String, _ offset: UInt64, _ bytes: [UInt8]) throws(FileError) {
        let whole = root + "/" + path
        let isNew = !Folder.isFile(whole)
        try Folder.create(Folder.parent(of: whole))
        let file = try File(whole, .create(permissions: Self.permissions))
        try file.write(bytes, at: offset)
        try file.flush()
        if isNew { try Folder.flush(Folder.parent(of: whole)) }
    }

    private func replace(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let whole = root + "/" + path
        let folder = Folder.parent(of: whole)
        try Folder.create(folder)
        let temporary = folder + "/.new"
        try flushed(temporary, bytes)
        try Folder.move(temporary, to: whole)
        try Folder.flush(folder)
    }

    private func replace(_ files: [ReplacedFile]) throws(FileError) {
        var written: [OpenFile] = []
        for (number, replaced) in files.enumerated() {
            let folder = Folder.parent(of: replaced.path)
            try Folder.create(root + "/" + folder)
            let temporary = folder + "/.new\(number)"
            let open = try OpenFile(root, temporary, .replace(permissions: Self.permissions))
            try open.file.write(replaced.bytes, at: 0)
            written.append(open)
        }
        for open in written { try open.file.flush() }
        var folders: Set<String> = []
        for (open, replaced) in zip(written, files) {
            try Folder.move(root + "/" + open.path, to: root + "/" + replaced.path)
            folders.insert(Folder.parent(of: replaced.path))
        }
        for folder in folders { try Folder.flush(root + "/" + folder) }
    }

    private func flushed(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let file = try File(path, .replace(permissions: Self.permissions))
        try file.write(bytes, at: 0)
        try file.flush()
    }

    /// Writes every byte: a file with holes would ask for space when a record is committed, and fail then.
    private func prepare(_ path: String, _ header: [UInt8], _ size: Int) throws(FileError) {
        let whole = root + "/" + path
        try Folder.create(Folder.parent(of: whole))
        let file = try File(whole, .replace(permissions: Self.permissions))
        try file.write(header, at: 0)
        try zeros(file, UInt64(header.count)..<UInt64(size))
        try file.flush()
        try Folder.flush(Folder.parent(of: whole))
    }

    private func clear(_ path: String, _ from: UInt64, _ count: UInt64) throws(FileError) {
        let file = try File(root + "/" + path, .write)
        try zeros(file, from..<from + count)
        try file.flush()
    }

    private func zeros(_ file: borrowing File, _ range: Range<UInt64>) throws(FileError) {
        let chunk = [UInt8](repeating: 0, count: Int(min(range.upperBound - range.lowerBound, 1 << 20)))
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = Int(min(UInt64(chunk.count), range.upperBound - offset))
            try file.write(count == chunk.count ? chunk : Array(chunk[..<count]), at: offset)
            offset += UInt64(count)
        }
    }
}
