package import Files
package import Ledger
internal import LedgerFiles

/// A ledger on the product's file effects, driven synchronously: over the kernel, or over a simulated machine.
package final class FileLedgerDriver: LedgerDisk {
    private let folder: FileLogFolder
    private let effects: FileEffects

    package init(_ root: String, on disk: any DiskCalls = LinuxDisk()) throws(LedgerDiskError) {
        folder = FileLogFolder(root, on: disk)
        do throws(FileError) {
            effects = try FileEffects(root, isOpening: true, on: disk)
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
