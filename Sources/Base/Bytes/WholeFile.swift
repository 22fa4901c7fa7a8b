internal import Glibc

/// Reading small files whole: settings, rules, zone tables. Blocking; never on a shard.
package enum WholeFile {
    package enum Fault: Error, Hashable, Sendable {
        /// `errno` of the call that failed.
        case unreadable(path: String, errno: Int32)
        case tooLarge(path: String, limit: Int)
        case notAFile(path: String)
    }

    package static func read(_ path: String, limit: Int) throws(Fault) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
            if count == 0 { break }
            filled += count
        }
        // The file grew while it was read.
        guard filled < bytes.count else { throw .tooLarge(path: path, limit: limit) }
        bytes.removeSubrange(filled...)
        return bytes
    }

    /// Names of the entries of a folder, sorted, without those that begin with a dot.
    package static func names(in folder: String) throws(Fault) -> [String] {
        guard let stream = opendir(folder) else { throw .unreadable(path: folder, errno: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

extension WholeFile.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let errno): "\(path): \(String(cString: strerror(errno)).lowercased())"
        case .tooLarge(let path, let limit): "\(path): larger than \(limit) bytes, or growing"
        case .notAFile(let path): "\(path): not a plain file"
        }
    }
}
