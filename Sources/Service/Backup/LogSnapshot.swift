internal import Files
internal import Ledger
internal import LedgerFiles
internal import MerkleLog

/// Copies one log that may be being written, up to its newest checkpoint: what a checkpoint covers is durable, and no
/// later write changes it.
///
/// Order matters: checkpoints first, then the segments that they cover, then keys, each of which was written before the
/// record that it opens.
struct LogSnapshot {
    let source: String
    /// `ledger/gw1/hk-2026`
    let name: String

    private struct Published {
        var days: [(name: String, bytes: [UInt8])]
        var note: [UInt8]
        var checkpoint: Checkpoint
    }

    /// Nil for a log that has not published anything.
    func copy(into folder: inout BackupFolder) throws(BackupError) -> BackupManifest.Log? {
        let disk = FileLogFolder(source)
        let key = try verifierKey()
        guard let published = try newest(key) else { return nil }
        let id = LogIdentity.id(ofOrigin: key.name)
        let size = published.checkpoint.size
        let extent: LogExtent?
        let tail: LogExtent?
        do throws(LedgerError) {
            extent = try LogExtent.measure(disk, logID: id, upTo: size)
            tail = try LogExtent.measure(disk, logID: id)
        } catch { throw .ledger(error, log: name) }
        guard let extent, extent.count == size else {
            throw .badLog(path: name, problem: "its newest checkpoint covers \(size) records, fewer are here")
        }
        for file in [LogKeyFile.publicPath, LogKeyFile.path] {
            try folder.copy(source + "/" + file, as: name + "/" + file)
        }
        for day in published.days { try folder.add(name + "/" + LogPathNames.checkpoints + "/" + day.name, day.bytes) }
        try folder.add(name + "/" + LogPathNames.checkpoint, published.note)
        for number in 0...extent.segment {
            let path = LogPathNames.segment(number)
            let isLast = number == extent.segment
            try folder.copy(
                source + "/" + path, as: name + "/" + path, upTo: isLast ? UInt64(extent.end) : .max,
                size: isLast ? extent.size : nil)
        }
        for file in try names(KeyFile.folder) {
            try folder.copy(source + "/" + KeyFile.folder + "/" + file, as: name + "/" + KeyFile.folder + "/" + file)
        }
        try copyTiles(size, into: &folder)
        return BackupManifest.Log(
            path: name, origin: key.name, records: size, root: published.checkpoint.root,
            leftOut: (tail?.count ?? size) - size)
    }

    /// Records that are on disk now.
    func count() throws(BackupError) -> UInt64 {
        let key = try verifierKey()
        do throws(LedgerError) {
            return try LogExtent.measure(FileLogFolder(source), logID: LogIdentity.id(ofOrigin: key.name))?.count ?? 0
        } catch { throw .ledger(error, log: name) }
    }

    /// Records that the newest checkpoint covers.
    func publishedCount() throws(BackupError) -> UInt64 {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try WholeFile.read(source + "/" + LogPathNames.checkpoint, limit: 65_536)
        } catch {
            if error.isMissing { return 0 }
            throw .file(error)
        }
        let key = try verifierKey()
        do throws(MerkleLogError) { return try PublishedCheckpoints.verified(bytes, by: key).size } catch {
            throw .badLog(path: name, problem: "its checkpoint is not signed by its key")
        }
    }

    private func verifierKey() throws(BackupError) -> VerifierKey {
        do throws(FileError) {
            let bytes = try WholeFile.read(source + "/" + LogKeyFile.publicPath, limit: 4096)
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? ""
            if let key = try? VerifierKey(line) { return key }
        } catch { throw .file(error) }
        throw .badLog(path: name, problem: "its public key cannot be read")
    }

    /// Every whole entry; the last one is the newest checkpoint.
    private func newest(_ key: VerifierKey) throws(BackupError) -> Published? {
        var days: [(name: String, bytes: [UInt8])] = []
        var note: [UInt8]?
        for day in try names(LogPathNames.checkpoints).filter({ PublishedCheckpoints.isDayName($0) }).sorted() {
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try WholeFile.read(
                    source + "/" + LogPathNames.checkpoints + "/" + day, limit: PublishedCheckpoints.maximumDay)
            } catch { throw .file(error) }
            guard let last = PublishedCheckpoints.entries(in: bytes).last else { continue }
            // An entry that is being written has not been published.
            days.append((day, Array(bytes[..<last.range.upperBound])))
            note = last.note
        }
        guard let note else { return nil }
        do throws(MerkleLogError) {
            return Published(days: days, note: note, checkpoint: try PublishedCheckpoints.verified(note, by: key))
        } catch { throw .badLog(path: name, problem: "its newest checkpoint is not signed by its key") }
    }

    /// Those of a tree of this size. They are derived: what is not there is made again by whoever needs it.
    private func copyTiles(_ size: UInt64, into folder: inout BackupFolder) throws(BackupError) {
        var tiles = Tile.partials(size: size)
        var hashes = size
        for level in 0..<8 where hashes > 0 {
            for index in 0..<hashes / UInt64(Tile.fullWidth) { tiles.append(Tile(level: level, index: index)) }
            hashes >>= UInt64(Tile.height)
        }
        for tile in tiles {
            for path in tile.level == 0 ? [tile.path, tile.entriesPath] : [tile.path]
            where Folder.isFile(source + "/" + path) {
                do throws(BackupError) { try folder.copy(source + "/" + path, as: name + "/" + path) } catch {
                    // A partial one gives way to a fuller one while it is looked at.
                    guard case .file(let file) = error, file.isMissing else { throw error }
                }
            }
        }
    }

    private func names(_ folder: String) throws(BackupError) -> [String] {
        do throws(FileError) { return try Folder.names(source + "/" + folder)?.sorted() ?? [] } catch {
            throw .file(error)
        }
    }
}
