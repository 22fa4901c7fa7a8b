package import Files
package import Ledger

/// A log's folder on a file system, for reading. Blocking.
package struct FileLogFolder: LogFolder, Sendable {
    package let root: String
    private let disk: any DiskCalls

    package init(_ root: String, on disk: any DiskCalls = LinuxDisk()) {
        self.root = root
        self.disk = disk
    }

    package func read(
        _ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LedgerError) -> Int? {
        do throws(FileError) {
            return try File(root + "/" + path, .read, on: disk).read(at: offset, into: buffer)
        } catch {
            if error.isMissing { return nil }
            throw .unreadable(path: path, problem: error.description)
        }
    }

    package func names(in folder: String) throws(LedgerError) -> [String] {
        do throws(FileError) {
            return try Folder.names(root + "/" + folder, on: disk) ?? []
        } catch {
            throw .unreadable(path: folder, problem: error.description)
        }
    }
}
