package import Archive
package import Files
package import Installation
package import Ledger
package import Storage

/// Why a backup was not made or not restored. Each is one line with its remedy; nothing half-made stands behind one.
package enum BackupError: Error, Sendable {
    case file(FileError)
    case installation(InstallationError)
    case store(StorageError)
    case ledger(LedgerError, log: String)
    case archive(ArchiveError)
    /// Where something is to be put, something lies already.
    case notEmpty(path: String)
    case notAnInstallation(root: String)
    case noPassphrase(path: String, problem: String)
    case tooLarge(path: String, limit: Int)
    /// The folder is no backup, or one that this program does not know.
    case badManifest(path: String, problem: String)
    /// The passphrase is another one, or the manifest was changed.
    case wrongPassphrase
    /// A file is not what the manifest says.
    case damaged(path: String, problem: String)
    /// A log of the backup does not verify.
    case badLog(path: String, problem: String)
    case badCheckpoint(path: String, problem: String)
    /// The backup ends before what is known to have been recorded.
    case tooOld(origin: String, held: UInt64, wanted: UInt64)
    case cryptography

    package var message: String {
        switch self {
        case .file(let error): error.description
        case .installation(let error): error.message
        case .store(let error): error.description
        case .ledger(let error, let log): "\(log): \(error.description)"
        case .archive(let error): error.description
        case .notEmpty(let path): "\(path) is not empty; name a folder that is not there yet"
        case .notAnInstallation(let root): InstallationError.notAnInstallation(root: root).message
        case .noPassphrase(let path, let problem): "\(path): \(problem)"
        case .tooLarge(let path, let limit): "\(path) is larger than the \(limit) bytes that a sealed file may have"
        case .badManifest(let path, let problem): "\(path): \(problem); name a folder that `portcullis backup` made"
        case .wrongPassphrase:
            "the passphrase does not open this backup, or its manifest was changed; use the passphrase of that day"
        case .damaged(let path, let problem): "\(path) of the backup \(problem); use another backup"
        case .badLog(let path, let problem): "\(path) does not verify: \(problem); use another backup"
        case .badCheckpoint(let path, let problem): "\(path): \(problem)"
        case .tooOld(let origin, let held, let wanted):
            "the backup is too old: of \(origin) it holds \(held) records, and the checkpoint covers \(wanted); "
                + "use a later backup"
        case .cryptography: "OpenSSL failed; nothing was written"
        }
    }

    /// The backup is at fault, not what surrounds it.
    package var isAnswer: Bool {
        switch self {
        case .wrongPassphrase, .damaged, .badLog, .tooOld: true
        default: false
        }
    }
}
