internal import Archive
internal import Files
internal import Installation
internal import Ledger
internal import Vocabulary

/// The ledger of an installation, read from its folder by whoever may read its master key.
enum OfflineArchive {
    static func open(_ arguments: Arguments) throws(Arguments.Fault) -> ArchiveReader {
        let folder = DataFolder(Path.folder(arguments["--data"] ?? "."))
        guard Folder.isFolder(folder.ledger) else {
            throw Arguments.Fault(
                message: InstallationError.notAnInstallation(root: folder.root).message, status: .unavailable)
        }
        let file: [UInt8]
        do throws(InstallationError) { file = try Secrets.read(folder.masterKey) } catch {
            throw Arguments.Fault(message: error.message, status: .unavailable)
        }
        do throws(LedgerError) {
            return ArchiveReader(folder: folder, master: try MasterKey(file: file, path: folder.masterKey))
        } catch { throw Arguments.Fault(message: error.description, status: .unavailable) }
    }

    static func reference(_ text: String) throws(Arguments.Fault) -> Reference {
        guard let reference = Reference(text) else {
            throw Arguments.Fault(message: ArchiveError.notAReference(text).description)
        }
        return reference
    }

    static func fault(_ error: ArchiveError) -> Arguments.Fault {
        Arguments.Fault(message: error.description, status: error.isMissing ? .no : .unavailable)
    }
}
