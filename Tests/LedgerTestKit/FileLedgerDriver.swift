internal import Files
package import Ledger
internal import LedgerFiles

/// A ledger on a real file system, driven synchronously.
package final class FileLedgerDriver: LedgerDisk {
    private let folder: FileLogFolder
    private let effects: FileEffects

    package init(_ root: String) throws(LedgerDiskError) {
        folder = FileLogFolder(root)
        do throws(FileError) {
            effects = try FileEffects(root)
        } catch {
            throw LedgerDiskError(FileEffects.failure(error), error.description)
        }
    }

    package func perform(_ effect: LedgerEffect) throws(LedgerDiskError) {
        do throws(FileError) {
            try effects.perform(effect)
        } catch {
            throw LedgerDiskError(FileEffects.failure(error), error.description)
        }
    }

    package func read(
        _ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LedgerError) -> Int? {
        try folder.read(path, at: offset, into: buffer)
    }

    package func names(in folder: String) throws(LedgerError) -> [String] { try self.folder.names(in: folder) }
}
