internal import Archive
internal import Bytes
package import Crypto
internal import Files
package import Installation
internal import JSON
internal import Ledger
internal import LedgerFiles
internal import Runtime
internal import Storage
internal import Stores
package import Vocabulary

/// Makes a backup of an installation that may be running: its control store as of one moment, and at least all records
/// of that moment. Blocking; reads the folder only, asks no process and disturbs none.
///
///     control store (VACUUM INTO) ─▶ wait for a checkpoint over all that is recorded ─▶ bundles, logs, secrets
///                                 ─▶ manifest ─▶ check everything that was written ─▶ the folder gets its name
package struct Backup: ~Copyable {
    package struct Report: Sendable {
        package let manifest: BackupManifest
        package let path: String
        /// Bytes that are stored.
        package var bytes: UInt64 { manifest.files.reduce(0) { $0 + $1.bytes } }
        package var records: UInt64 { manifest.logs.reduce(0) { $0 + $1.records } }
    }

    /// LIMIT: how long a checkpoint over all that is recorded is waited for. A node that runs makes one a second; what
    /// no checkpoint covers is left out and counted.
    private static let checkpointPatience: UInt64 = .seconds(5)

    private let data: DataFolder
    private let program: String

    package init(of data: DataFolder, program: String) {
        self.data = data
        self.program = program
    }

    /// - Parameter target: a folder that is not there yet, or empty.
    package func write(
        to target: String, passphrase: String, cost: Scrypt.Cost = .standard, now: Instant
    ) throws(BackupError) -> Report {
        guard Folder.isFile(data.settings) else { throw .notAnInstallation(root: data.root) }
        try Backup.refuseFull(target)
        let salt = SecureRandom.bytes(BackupSeal.saltLength)
        let seal = try BackupSeal(passphrase: try BackupSeal.passphrase(passphrase), salt: salt, cost: cost)
        let partial = target + ".partial-\(CurrentProcess.pid)"
        do throws(BackupError) {
            let manifest = try fill(partial, seal, salt, cost, now)
            try Backup.finish(partial, manifest, seal)
            try Backup.check(partial, manifest)
            try Backup.name(partial, target)
            // The next question will be how old the newest backup is.
            try? WholeFile.replace(data.lastBackup, Array("\(now)\n".utf8), permissions: 0o644)
            return Report(manifest: manifest, path: target)
        } catch {
            // What is half-made is no backup. The first error is the one to tell.
            try? Folder.remove(partial)
            throw error
        }
    }

    private func fill(
        _ partial: String, _ seal: BackupSeal, _ salt: [UInt8], _ cost: Scrypt.Cost, _ now: Instant
    ) throws(BackupError) -> BackupManifest {
        var folder = try BackupFolder(partial)
        let control = try copyControlStore(seal, into: &folder)
        // From here on everything that the store tells of has been recorded.
        let logs = try snapshots()
        try waitForCheckpoints(logs)
        for name in try names(data.bundles) { try folder.copy(data.bundles + "/" + name, as: "bundles/" + name) }
        try folder.copy(data.settings, as: "portcullis.yaml")
        for name in try names(data.secrets) { try sealFile("secrets/" + name, seal, into: &folder) }
        for name in try names(data.credentials) { try sealFile("credentials/" + name, seal, into: &folder) }
        var copied: [BackupManifest.Log] = []
        for log in logs {
            if let made = try log.copy(into: &folder) { copied.append(made) }
        }
        let incarnation: Incarnation
        do throws(InstallationError) { incarnation = try Incarnation(data) } catch { throw .installation(error) }
        return BackupManifest(
            made: now, program: program, incarnation: incarnation.name, revision: control.revision,
            activeBundle: control.bundle, salt: salt, cost: cost, logs: copied, files: folder.files)
    }

    // MARK: Parts

    private func copyControlStore(
        _ seal: BackupSeal, into folder: inout BackupFolder
    ) throws(BackupError) -> (revision: UInt64, bundle: String?) {
        // In the data folder, where the store itself lies in clear: the backup's disk never holds it so.
        let copy = data.control + "/backup-\(CurrentProcess.pid).sqlite"
        defer { try? Folder.remove(copy) }
        let revision: UInt64
        let bundle: String?
        do throws(StorageError) {
            try Database(path: data.controlStore, readOnly: true).copy(to: copy)
            let store = try ControlStore(path: copy, readOnly: true)
            revision = try store.revision()
            bundle = try store.activeBundle()
        } catch { throw .store(error) }
        try folder.add(
            "control/control.sqlite", try seal.seal(try read(copy), as: "control/control.sqlite"), isSealed: true)
        return (revision, bundle)
    }

    private func sealFile(_ name: String, _ seal: BackupSeal, into folder: inout BackupFolder) throws(BackupError) {
        try folder.add(name, try seal.seal(try read(data.root + "/" + name), as: name), isSealed: true)
    }

    private func read(_ path: String) throws(BackupError) -> [UInt8] {
        do throws(FileError) { return try WholeFile.read(path, limit: BackupSeal.maximumBytes) } catch {
            throw .file(error)
        }
    }

    /// The files in a folder; leftovers of a replacement that a crash cut short are none of ours.
    private func names(_ path: String) throws(BackupError) -> [String] {
        do throws(FileError) {
            return try (Folder.names(path) ?? []).filter { !$0.contains(".new-") && Folder.isFile(path + "/" + $0) }
                .sorted()
        } catch { throw .file(error) }
    }

    private func snapshots() throws(BackupError) -> [LogSnapshot] {
        var logs: [LogSnapshot] = []
        do throws(FileError) {
            for node in try (Folder.names(data.ledger) ?? []).sorted() {
                for log in try (Folder.names(data.ledger + "/" + node) ?? []).sorted() {
                    let path = data.ledger + "/\(node)/\(log)"
                    guard Folder.isFile(path + "/" + LogKeyFile.publicPath) else { continue }
                    logs.append(LogSnapshot(source: path, name: "ledger/\(node)/\(log)"))
                }
            }
        } catch { throw .file(error) }
        return logs
    }

    private func waitForCheckpoints(_ logs: [LogSnapshot]) throws(BackupError) {
        var waiting: [(log: LogSnapshot, count: UInt64)] = []
        for log in logs { waiting.append((log, try log.count())) }
        let deadline = Clocks.monotonic + Backup.checkpointPatience
        while true {
            var rest: [(log: LogSnapshot, count: UInt64)] = []
            for entry in waiting where try entry.log.publishedCount() < entry.count { rest.append(entry) }
            guard !rest.isEmpty, Clocks.monotonic < deadline else { return }
            waiting = rest
            Clocks.sleep(nanoseconds: .milliseconds(50))
        }
    }

    // MARK: The whole

    static func refuseFull(_ target: String) throws(BackupError) {
        guard !Folder.isFile(target) else { throw .notEmpty(path: target) }
        let names: [String]?
        do throws(FileError) { names = try Folder.names(target) } catch { throw .file(error) }
        guard names?.isEmpty ?? true else { throw .notEmpty(path: target) }
    }

    private static func finish(
        _ folder: String, _ manifest: BackupManifest, _ seal: BackupSeal
    ) throws(BackupError) {
        let bytes = manifest.encoded
        do throws(FileError) {
            try WholeFile.replace(folder + "/" + BackupManifest.name, bytes)
            let code = Hex.encode(seal.code(of: bytes).bytes) + "\n"
            try WholeFile.replace(folder + "/" + BackupManifest.codeName, Array(code.utf8))
        } catch { throw .file(error) }
    }

    /// Reads everything that was written once more, and verifies every log.
    private static func check(_ folder: String, _ manifest: BackupManifest) throws(BackupError) {
        for file in manifest.files { try BackupFolder.check(file, in: folder) }
        for log in manifest.logs { try verify(log, in: folder) }
    }

    static func verify(_ log: BackupManifest.Log, in folder: String) throws(BackupError) {
        let report = LogVerifier.verify(FileLogFolder(folder + "/" + log.path), anchors: [])
        if let problem = report.problems.first { throw .badLog(path: log.path, problem: problem.description) }
        guard report.origin == log.origin, report.size == log.records, report.signedSize == log.records,
            report.root == log.root
        else {
            throw .badLog(
                path: log.path, problem: "it holds \(report.size) records, not the \(log.records) of the manifest")
        }
    }

    /// Flushes the folder's names and gives it its own.
    static func name(_ partial: String, _ target: String) throws(BackupError) {
        // What was put there meanwhile is not ours to remove.
        try refuseFull(target)
        do throws(FileError) {
            try flush(partial)
            try Folder.remove(target)
            try Folder.move(partial, to: target)
            try Folder.flush(Folder.parent(of: target))
        } catch { throw .file(error) }
    }

    private static func flush(_ folder: String) throws(FileError) {
        for name in try Folder.names(folder) ?? [] where Folder.isFolder(folder + "/" + name) {
            try flush(folder + "/" + name)
        }
        try Folder.flush(folder)
    }
}
