internal import Files

/// Files that a verb is given.
enum Input {
    /// The whole of a file, or of standard input for `-`.
    /// - Parameter limit: LIMIT of bytes.
    static func bytes(_ path: String, limit: Int) throws(Arguments.Fault) -> [UInt8] {
        do throws(FileError) {
            return try WholeFile.readStream(path == "-" ? nil : path, limit: limit)
        } catch {
            throw Arguments.Fault(message: error.description, status: .unavailable)
        }
    }
}
