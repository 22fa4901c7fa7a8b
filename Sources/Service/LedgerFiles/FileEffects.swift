package import Files
package import Ledger

/// Performs a ledger's effects on a file system, each to its end as `LedgerEffect` describes it. Blocking: belongs on a
/// thread of its own. One instance a lane, since it keeps the file that it wrote last open.
package final class FileEffects {
    private static let permissions: UInt32 = 0o600
    private let root: String
    private let disk: any DiskCalls
    /// The segment in use: opened once, not for every commit.
    private var current: OpenFile?
    /// Folders and files whose names this instance has made durable. What another process left may stand in the page
    /// cache only: it may have ended between making a name and flushing its folder.
    private var durableNames: Set<String> = []
    /// The folders of data, ledger and node: names above a log's folder that a first start makes.
    private static let foldersAbove = 3

    private final class OpenFile {
        let path: String
        let file: File

        init(
            _ root: String, _ path: String, _ mode: File.Mode = .write, on disk: any DiskCalls
        ) throws(FileError) {
            self.path = path
            file = try File(root + "/" + path, mode, on: disk)
        }
    }

    /// - Parameters:
    ///   - root: the log's folder; made when it is missing.
    ///   - isOpening: this is the first use of the folder by this process, so the names above it are flushed too.
    package init(_ root: String, isOpening: Bool = false, on disk: any DiskCalls = LinuxDisk()) throws(FileError) {
        self.root = root
        self.disk = disk
        try Folder.create(root, on: disk)
        // Also when the log's own folder is new: those above it may have been made by a process that ended.
        guard isOpening else { return }
        var folder = root
        for _ in 0..<FileEffects.foldersAbove {
            folder = Folder.parent(of: folder)
            try Folder.flush(folder, on: disk)
        }
    }

    package func perform(_ effect: LedgerEffect) throws(FileError) {
        switch effect {
        case .write(let path, let offset, let bytes): try write(path, offset, bytes)
        case .append(let path, let offset, let bytes): try append(path, offset, bytes)
        case .replace(let path, let bytes): try replace(path, bytes)
        case .derive(let files): try derive(files)
        case .settle(let paths, let mark):
            try settle(paths)
            try replace(mark.path, mark.bytes)
        case .prepareSegment(let path, let header, let size): try prepare(path, header, size)
        case .clear(let path, let from, let count): try clear(path, from, count)
        case .truncate(let path, let length):
            guard Folder.isFile(root + "/" + path, on: disk) else { return }
            let file = try File(root + "/" + path, .write, on: disk)
            try file.truncate(to: length)
            try file.flush()
        case .removeFolder(let path):
            durableNames.remove(root + "/" + path)
            try Folder.remove(root + "/" + path, on: disk)
        }
    }

    /// What a failure means for the state machines.
    package static func failure(_ error: FileError) -> LedgerFailure { error.isNoSpace ? .noSpace : .io }

    private func write(_ path: String, _ offset: UInt64, _ bytes: [UInt8]) throws(FileError) {
        let open: OpenFile
        if let current, current.path == path {
            open = current
        } else {
            open = try OpenFile(root, path, on: disk)
            current = open
        }
        try open.file.write(bytes, at: offset)
        try open.file.flush()
    }

    /// Makes a folder of the log, with those above it up to the log's own, so that their names are durable.
    private func make(_ folder: String) throws(FileError) {
        guard folder.utf8.count > root.utf8.count, !durableNames.contains(folder) else { return }
        let parent = Folder.parent(of: folder)
        try make(parent)
        if Folder.isFolder(folder, on: disk) {
            try Folder.flush(parent, on: disk)
        } else {
            try Folder.create(folder, on: disk)
        }
        durableNames.insert(folder)
    }

    private func append(_ path: String, _ offset: UInt64, _ bytes: [UInt8]) throws(FileError) {
        let whole = root + "/" + path
        try make(Folder.parent(of: whole))
        let file = try File(whole, .create(permissions: Self.permissions), on: disk)
        try file.write(bytes, at: offset)
        try file.flush()
        guard !durableNames.contains(whole) else { return }
        try Folder.flush(Folder.parent(of: whole), on: disk)
        durableNames.insert(whole)
    }

    private func replace(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let whole = root + "/" + path
        let folder = Folder.parent(of: whole)
        try make(folder)
        let temporary = folder + "/.new"
        try flushed(temporary, bytes)
        try Folder.move(temporary, to: whole, on: disk)
        try Folder.flush(folder, on: disk)
    }

    private func derive(_ files: [ReplacedFile]) throws(FileError) {
        for replaced in files {
            let whole = root + "/" + replaced.path
            let folder = Folder.parent(of: whole)
            try Folder.create(folder, isFlushed: false, on: disk)
            let temporary = folder + "/.new"
            do {
                let file = try File(temporary, .replace(permissions: Self.permissions), on: disk)
                try file.write(replaced.bytes, at: 0)
            }
            try Folder.move(temporary, to: whole, on: disk)
        }
    }

    private func settle(_ paths: [String]) throws(FileError) {
        var folders: Set<String> = []
        for path in paths {
            try File(root + "/" + path, .write, on: disk).flush()
            var folder = Folder.parent(of: root + "/" + path)
            while folder.utf8.count >= root.utf8.count, folders.insert(folder).inserted {
                folder = Folder.parent(of: folder)
            }
        }
        // In one order in every process, so that a simulated failure is found again.
        for folder in folders.sorted() { try Folder.flush(folder, on: disk) }
    }

    private func flushed(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let file = try File(path, .replace(permissions: Self.permissions), on: disk)
        try file.write(bytes, at: 0)
        try file.flush()
    }

    /// Writes every byte: a file with holes would ask for space when a record is committed, and fail then.
    private func prepare(_ path: String, _ header: [UInt8], _ size: Int) throws(FileError) {
        let whole = root + "/" + path
        try make(Folder.parent(of: whole))
        let file = try File(whole, .replace(permissions: Self.permissions), on: disk)
        try file.write(header, at: 0)
        try zeros(file, UInt64(header.count)..<UInt64(size))
        try file.flush()
        try Folder.flush(Folder.parent(of: whole), on: disk)
    }

    private func clear(_ path: String, _ from: UInt64, _ count: UInt64) throws(FileError) {
        let file = try File(root + "/" + path, .write, on: disk)
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
