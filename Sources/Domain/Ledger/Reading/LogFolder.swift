/// Read access to one log's folder; paths are relative to it. The only way in which this module sees a disk.
package protocol LogFolder {
    /// Fills `buffer` from `offset` on. Returns how many bytes there were, fewer than asked only at the end of the
    /// file; nil when there is no such file.
    func read(_ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(LedgerError) -> Int?
    /// Names in a folder, without `.` and `..`, in any order; none when there is no such folder.
    func names(in folder: String) throws(LedgerError) -> [String]
}

extension LogFolder {
    /// Up to `count` bytes; nil when there is no such file.
    package func read(_ path: String, at offset: UInt64, count: Int) throws(LedgerError) -> [UInt8]? {
        var failure: LedgerError?
        var isThere = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(LedgerError) {
                let read = try self.read(path, at: offset, into: UnsafeMutableRawBufferPointer(buffer))
                isThere = read != nil
                filled = read ?? 0
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return isThere ? bytes : nil
    }

    /// A whole file of at most `limit` bytes; nil when there is none.
    package func contents(_ path: String, limit: Int) throws(LedgerError) -> [UInt8]? {
        var bytes: [UInt8] = []
        // Small files in one read; the size of a large one is not trusted beforehand.
        var chunk = 65_536
        while true {
            guard let part = try read(path, at: UInt64(bytes.count), count: chunk) else { return nil }
            guard bytes.count + part.count <= limit else {
                throw .unreadable(path: path, problem: "the file is longer than \(limit) bytes")
            }
            bytes = bytes.isEmpty ? part : bytes + part
            if part.count < chunk { return bytes }
            chunk = min(chunk * 2, 8 << 20)
        }
    }
}
