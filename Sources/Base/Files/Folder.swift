internal import Glibc

/// Folders and names. Blocking, so not for an event loop.
package enum Folder {
    /// Names in the folder without `.` and `..`, in the order of the file system; nil when there is no such folder.
    package static func names(_ path: String, on disk: any DiskCalls = LinuxDisk()) throws(FileError) -> [String]? {
        switch disk.names(path) {
        case .names(let names): return names
        case .failed(let number):
            let error = FileError(path: path, operation: .list, number: -number)
            if error.isMissing { return nil }
            throw error
        }
    }

    package static func isFolder(_ path: String, on disk: any DiskCalls = LinuxDisk()) -> Bool {
        disk.kind(path, followingLinks: true) == .folder
    }

    package static func isFile(_ path: String, on disk: any DiskCalls = LinuxDisk()) -> Bool {
        disk.kind(path, followingLinks: true) == .file
    }

    /// Makes the folder and what is missing above it, and flushes each folder that got a new name.
    /// - Parameter isFlushed: false when nothing depends on the names after a stop of the machine.
    package static func create(
        _ path: String, permissions: UInt32 = 0o700, isFlushed: Bool = true, on disk: any DiskCalls = LinuxDisk()
    ) throws(FileError) {
        guard !isFolder(path, on: disk) else { return }
        let parent = parent(of: path)
        if parent != path { try create(parent, permissions: permissions, isFlushed: isFlushed, on: disk) }
        let result = disk.mkdir(path, permissions)
        guard result == 0 || result == -EEXIST else {
            throw FileError(path: path, operation: .createFolder, number: -result)
        }
        if isFlushed { try flush(parent, on: disk) }
    }

    /// Makes the names in a folder durable.
    package static func flush(_ path: String, on disk: any DiskCalls = LinuxDisk()) throws(FileError) {
        let descriptor = disk.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw FileError(path: path, operation: .open, number: -descriptor) }
        defer { disk.close(descriptor) }
        let result = disk.fsync(descriptor)
        guard result == 0 else { throw FileError(path: path, operation: .flush, number: -result) }
    }

    package static func move(
        _ from: String, to: String, on disk: any DiskCalls = LinuxDisk()
    ) throws(FileError) {
        let result = disk.rename(from, to)
        guard result == 0 else { throw FileError(path: to, operation: .rename, number: -result) }
    }

    /// The file or the folder with all in it; links are removed, not followed. What is not there is no error.
    package static func remove(_ path: String, on disk: any DiskCalls = LinuxDisk()) throws(FileError) {
        let result: Int32
        switch disk.kind(path, followingLinks: false) {
        case .missing: return
        case .folder:
            for name in try names(path, on: disk) ?? [] { try remove(path + "/" + name, on: disk) }
            result = disk.rmdir(path)
        case .file, .other: result = disk.unlink(path)
        }
        guard result == 0 else { throw FileError(path: path, operation: .remove, number: -result) }
    }

    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
