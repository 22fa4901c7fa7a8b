internal import CLinux
internal import Glibc

extension WholeFile {
    /// All that comes from a file, a pipe or a terminal, in the order in which it comes.
    /// - Parameters:
    ///   - path: nil is standard input.
    ///   - limit: LIMIT of bytes; more is refused with EFBIG.
    package static func readStream(_ path: String?, limit: Int) throws(FileError) -> [UInt8] {
        let name = path ?? "standard input"
        let descriptor = path.map { portcullis_open($0, O_RDONLY | O_CLOEXEC, 0) } ?? STDIN_FILENO
        guard descriptor >= 0 else { throw FileError(path: name, operation: .open, number: errno) }
        defer { if path != nil { close(descriptor) } }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(path: name, operation: .read, number: errno)
            }
            guard bytes.count + count <= limit else { throw FileError(path: name, operation: .read, number: EFBIG) }
            bytes.append(contentsOf: piece[..<count])
        }
    }
}
