internal import CLinux
internal import Glibc

/// Folders and names. Blocking, so not for an event loop.
package enum Folder {
    /// Names in the folder without `.` and `..`, in the order of the file system; nil when there is no such folder.
    package static func names(_ path: String) throws(FileError) -> [String]? {
        guard let folder = opendir(path) else {
            let error = FileError(path: path, operation: .list, number: errno)
            if error.isMissing { return nil }
            throw error
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Makes the folder and what is missing above it, and flushes each folder that got a new name.
    package static func create(_ path: String, permissions: UInt32 = 0o700) throws(FileError) {
        guard !isFolder(path) else { return }
        let parent = parent(of: path)
        if parent != path { try create(parent, permissions: permissions) }
        guard mkdir(path, permissions) == 0 || errno == EEXIST else {
            throw FileError(path: path, operation: .createFolder, number: errno)
        }
        try flush(parent)
    }

    /// Makes the names in a folder durable.
    package static func flush(_ path: String) throws(FileError) {
        let descriptor = portcullis_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw FileError(path: path, operation: .open, number: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(path: path, operation: .flush, number: errno) }
    }

    package static func move(_ from: String, to: String) throws(FileError) {
        guard rename(from, to) == 0 else { throw FileError(path: to, operation: .rename, number: errno) }
    }

    /// The file or the folder with all in it; links are removed, not followed. What is not there is no error.
    package static func remove(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(path) ?? [] { try remove(path + "/" + name) }
            guard rmdir(path) == 0 else { throw FileError(path: path, operation: .remove, number: errno) }
        } else {
            guard unlink(path) == 0 else { throw FileError(path: path, operation: .remove, number: errno) }
        }
    }

    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
