internal import Crypto
internal import Files

/// The files of a backup that is being made: written, flushed and listed one by one in a folder that gets its name when
/// it is whole.
struct BackupFolder: ~Copyable {
    let path: String
    private(set) var files: [BackupManifest.Entry] = []
    private static let pieceBytes = 1 << 20

    init(_ path: String) throws(BackupError) {
        self.path = path
        do throws(FileError) { try Folder.create(path) } catch { throw .file(error) }
    }

    /// - Parameter bytes: of the file as it is stored.
    mutating func add(_ name: String, _ bytes: [UInt8], isSealed: Bool = false) throws(BackupError) {
        do throws(FileError) {
            let target = path + "/" + name
            try Folder.create(Folder.parent(of: target))
            let file = try File(target, .replace(permissions: 0o600))
            try file.write(bytes, at: 0)
            try file.flush()
        } catch { throw .file(error) }
        files.append(
            BackupManifest.Entry(
                path: name, bytes: UInt64(bytes.count), sha256: SHA256.digest(bytes), isSealed: isSealed,
                size: UInt64(bytes.count)))
    }

    /// Copies the first bytes of a file. Zeros at their end are not stored: the file is as long as its model, and the
    /// rest a hole.
    /// - Parameter size: of the copy; nil as long as what is copied.
    mutating func copy(
        _ source: String, as name: String, upTo limit: UInt64 = .max, size: UInt64? = nil
    ) throws(BackupError) {
        let hasher = SHA256()
        var stored: UInt64 = 0
        var read: UInt64 = 0
        do throws(FileError) {
            let target = path + "/" + name
            try Folder.create(Folder.parent(of: target))
            let from = try File(source, .read)
            let to = try File(target, .replace(permissions: 0o600))
            var piece = [UInt8](repeating: 0, count: BackupFolder.pieceBytes)
            while read < limit {
                let wanted = Int(min(UInt64(piece.count), limit - read))
                let count = try BackupFolder.fill(&piece, wanted, from, at: read)
                if count == 0 { break }
                if let last = piece[..<count].lastIndex(where: { $0 != 0 }) {
                    BackupFolder.zeros(read - stored, into: hasher)
                    let kept = Array(piece[...last])
                    hasher.update(kept)
                    try to.write(kept, at: read)
                    stored = read + UInt64(kept.count)
                }
                read += UInt64(count)
            }
            try to.truncate(to: size ?? read)
            try to.flush()
        } catch { throw .file(error) }
        files.append(
            BackupManifest.Entry(path: name, bytes: stored, sha256: hasher.finish(), size: size ?? read))
    }

    private static func fill(
        _ piece: inout [UInt8], _ count: Int, _ file: borrowing File, at offset: UInt64
    ) throws(FileError) -> Int {
        var target = piece.mutableSpan
        return try target.withUnsafeMutableBytes { (buffer) throws(FileError) in
            try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Zeros between what was stored and what follows belong to the content.
    private static func zeros(_ count: UInt64, into hasher: borrowing SHA256) {
        var rest = count
        while rest > 0 {
            let part = min(rest, UInt64(pieceBytes))
            hasher.update([UInt8](repeating: 0, count: Int(part)))
            rest -= part
        }
    }

    /// Digest and length of what is stored of an entry under a folder.
    static func digest(_ entry: BackupManifest.Entry, in folder: String) throws(BackupError) -> Digest {
        let hasher = SHA256()
        var read: UInt64 = 0
        do throws(FileError) {
            let file = try File(folder + "/" + entry.path, .read)
            var piece = [UInt8](repeating: 0, count: pieceBytes)
            while read < entry.bytes {
                let count = try fill(&piece, Int(min(UInt64(pieceBytes), entry.bytes - read)), file, at: read)
                if count == 0 { break }
                hasher.update(Array(piece[..<count]))
                read += UInt64(count)
            }
        } catch {
            if error.isMissing { throw .damaged(path: entry.path, problem: "is missing") }
            throw .file(error)
        }
        guard read == entry.bytes else { throw .damaged(path: entry.path, problem: "is cut off") }
        return hasher.finish()
    }

    /// Throws when a file is not what the entry says.
    static func check(_ entry: BackupManifest.Entry, in folder: String) throws(BackupError) {
        guard try digest(entry, in: folder) == entry.sha256 else {
            throw .damaged(path: entry.path, problem: "is not what the manifest says")
        }
    }
}
