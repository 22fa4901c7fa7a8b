internal import Files
package import Ledger

/// A log's folder on a file system, for reading. Blocking.
package struct FileLogFolder: LogFolder, Sendable {
    package let root: String

    package init(_ root: String) { self.root = root }

    package func read(
        _ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LedgerError) -> Int? {
        do throws(FileError) {
            return try File(root + "/" + path, .read).read(at: offset, into: buffer)
        } catch {
            if error.isMissing { return nil }
            throw .unreadable(path: path, problem: error.description)
        }
    }

    package func names(in folder: String) throws(LedgerError) -> [String] {
        do throws(FileError) {
            return try Folder.names(root + "/" + folder) ?? []
        } catch {
            throw .unreadable(path: folder, problem: error.description)
        }
    }
}
