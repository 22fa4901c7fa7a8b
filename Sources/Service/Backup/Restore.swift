internal import Archive
internal import Bytes
internal import Crypto
internal import CutOff
internal import Files
package import Installation
internal import Ledger
internal import LedgerFiles
internal import MerkleLog
internal import Runtime
internal import Storage
internal import Stores
internal import Vocabulary

/// Makes an installation of a backup. Everything is checked before the folder gets its name: the manifest's code, each
/// file's digest, each log by the verifier, the control store by SQLite.
///
/// INVARIANT: no log of the backup is ever written again. The installation gets a new life (`Incarnation`), so that
/// nothing it signs can contradict what the old one published after the backup.
package struct Restore {
    package struct Report: Sendable {
        package let manifest: BackupManifest
        package let folder: DataFolder
        package let incarnation: Incarnation
        /// Cut-offs of the backup, which hold as soon as the installation is started.
        package let cutsInForce: Int
        /// What the operator has to look after, as sentences.
        package var missing: [String] {
            let time = manifest.made
            var texts = [
                "nothing that was recorded after \(time) is here: exchanges, decisions, acts of administration",
                "cut-offs, revocations of keys, leavers, stricter bundles and evidence of after \(time) are not in force: "
                    + "compare with the checkpoints and receipts kept elsewhere, and order them again before the start",
                "keys and credentials replaced after \(time) are the old ones again",
                "the nodes write new logs (their names end in \(incarnation.name ?? "")): copy ledger/*/*/log.vkey to the "
                    + "auditors after the first start",
            ]
            let leftOut = manifest.logs.reduce(0) { $0 + $1.leftOut }
            if leftOut > 0 {
                texts.append("\(leftOut) records that no checkpoint covered when the backup was made are not in it")
            }
            return texts
        }
    }

    private let source: String
    private let program: String

    package init(from source: String, program: String) {
        self.source = source
        self.program = program
    }

    /// - Parameters:
    ///   - target: a folder that is not there yet, or empty.
    ///   - atLeast: paths of checkpoints (C2SP signed notes) that the backup must reach.
    package func write(
        to target: String, passphrase: String, atLeast: [String]
    ) throws(BackupError) -> Report {
        try Backup.refuseFull(target)
        let manifest = try manifest(passphrase)
        let seal = manifest.seal
        for path in atLeast { try demand(path, manifest.value) }
        let partial = DataFolder(target + ".partial-\(CurrentProcess.pid)")
        do throws(BackupError) {
            try fill(partial, manifest.value, seal)
            let cuts = try check(partial, manifest.value)
            let incarnation = Incarnation.fresh(random: SecureRandom.bytes(Incarnation.length))
            try put(incarnation, into: partial)
            try Backup.name(partial.root, target)
            return Report(
                manifest: manifest.value, folder: DataFolder(target), incarnation: incarnation, cutsInForce: cuts)
        } catch {
            // What is half-made is no installation. The first error is the one to tell.
            try? Folder.remove(partial.root)
            throw error
        }
    }

    // MARK: Manifest

    private func manifest(_ passphrase: String) throws(BackupError) -> (value: BackupManifest, seal: BackupSeal) {
        let path = source + "/" + BackupManifest.name
        let bytes: [UInt8]
        let code: [UInt8]
        do throws(FileError) {
            bytes = try WholeFile.read(path, limit: BackupManifest.maximumBytes)
            code = try WholeFile.read(source + "/" + BackupManifest.codeName, limit: 256)
        } catch {
            guard error.isMissing else { throw .file(error) }
            throw .badManifest(path: path, problem: "there is no manifest with its code")
        }
        guard let manifest = BackupManifest(bytes) else {
            throw .badManifest(path: path, problem: "this is no manifest of format \(BackupManifest.format)")
        }
        let seal = try BackupSeal(
            passphrase: try BackupSeal.passphrase(passphrase), salt: manifest.salt, cost: manifest.cost)
        let found = String(decoding: code, as: UTF8.self).split(separator: "\n").first
            .flatMap { Hex.decode(String($0)) }.flatMap { Digest($0) }
        guard let found, ConstantTime.equal(found.bytes, seal.code(of: bytes).bytes) else { throw .wrongPassphrase }
        return (manifest, seal)
    }

    /// The backup's log must be an extension of what this checkpoint covers.
    private func demand(_ path: String, _ manifest: BackupManifest) throws(BackupError) {
        let note: [UInt8]
        do throws(FileError) { note = try WholeFile.read(path, limit: 65_536) } catch { throw .file(error) }
        // The name stands in the first line; the log of that name has the key.
        let origin = String(decoding: note.prefix { $0 != 0x0A }, as: UTF8.self)
        guard let log = manifest.logs.first(where: { $0.origin == origin }) else {
            throw .badCheckpoint(
                path: path, problem: "the backup has no log \(origin); was it made before that log was?")
        }
        let keyFile: [UInt8]
        do throws(FileError) {
            keyFile = try WholeFile.read(source + "/\(log.path)/" + LogKeyFile.publicPath, limit: 4096)
        } catch { throw .file(error) }
        let line = String(decoding: keyFile, as: UTF8.self).split(separator: "\n").first ?? ""
        guard let key = try? VerifierKey(line) else {
            throw .damaged(path: log.path, problem: "has no readable public key")
        }
        guard let wanted = try? PublishedCheckpoints.verified(note, by: key) else {
            throw .badCheckpoint(path: path, problem: "it is not a checkpoint that the key of \(origin) has signed")
        }
        guard wanted.size <= log.records else {
            throw .tooOld(origin: origin, held: log.records, wanted: wanted.size)
        }
        guard try roots(of: wanted.size, log).contains(wanted.root) else {
            throw .badCheckpoint(
                path: path,
                problem:
                    "the backup's \(origin) is not the one that was signed for at \(wanted.size) records: keep both "
                    + "and ask the auditors")
        }
    }

    /// The roots that the log has published for a size: one, or none.
    private func roots(of size: UInt64, _ log: BackupManifest.Log) throws(BackupError) -> [Digest] {
        let folder = source + "/\(log.path)/" + LogPathNames.checkpoints
        var roots: [Digest] = []
        do throws(FileError) {
            for day in try Folder.names(folder) ?? [] where PublishedCheckpoints.isDayName(day) {
                let bytes = try WholeFile.read(folder + "/" + day, limit: PublishedCheckpoints.maximumDay)
                for entry in PublishedCheckpoints.entries(in: bytes) {
                    guard let note = try? SignedNote(entry.note), let checkpoint = try? Checkpoint(text: note.text),
                        checkpoint.size == size
                    else { continue }
                    roots.append(checkpoint.root)
                }
            }
        } catch { throw .file(error) }
        return roots
    }

    // MARK: Files

    private func fill(
        _ target: DataFolder, _ manifest: BackupManifest, _ seal: BackupSeal
    ) throws(BackupError) {
        var folder = try BackupFolder(target.root)
        for entry in manifest.files {
            try BackupFolder.check(entry, in: source)
            let path = source + "/" + entry.path
            guard entry.isSealed else {
                try folder.copy(path, as: entry.path, upTo: entry.bytes, size: entry.size)
                continue
            }
            let sealed: [UInt8]
            do throws(FileError) {
                sealed = try WholeFile.read(path, limit: BackupSeal.maximumBytes + 64)
            } catch { throw .file(error) }
            try folder.add(entry.path, try seal.open(sealed, of: entry.path))
        }
        do throws(FileError) { for path in target.all { try Folder.create(path) } } catch { throw .file(error) }
    }

    private func put(_ incarnation: Incarnation, into folder: DataFolder) throws(BackupError) {
        do throws(FileError) { try WholeFile.replace(folder.incarnation, incarnation.fileBytes) } catch {
            throw .file(error)
        }
    }

    /// Whether everything can be used. - Returns: how many cut-offs are in force.
    private func check(_ target: DataFolder, _ manifest: BackupManifest) throws(BackupError) -> Int {
        for log in manifest.logs { try Backup.verify(log, in: target.root) }
        do throws(StorageError) {
            let store = try ControlStore(path: target.controlStore)
            try store.checkIntegrity()
            guard try store.revision() == manifest.revision, try store.activeBundle() == manifest.activeBundle else {
                throw StorageError.damaged(table: "changes", column: "revision")
            }
        } catch { throw .store(error) }
        let secrets: Secrets
        do throws(InstallationError) { secrets = try Secrets(target) } catch { throw .installation(error) }
        if let bundle = manifest.activeBundle {
            do throws(BundleSeal.Fault) {
                try BundleSeal(seed: secrets.bundleSeed).check(bundle, at: target.bundleSeal(bundle))
            } catch { throw .damaged(path: "bundles/\(bundle)", problem: "cannot be used: \(error)") }
        }
        let events: [CutEvent]
        do throws(ArchiveError) {
            events = try ArchiveReader(folder: target, master: secrets.master).registerEvents()
        } catch { throw .archive(error) }
        guard let register = try? CutRegister(events) else {
            throw .damaged(path: "ledger", problem: "holds a register of cut-offs that contradicts itself")
        }
        return register.active.count
    }
}
