internal import Ledger

/// A log's folder in memory.
struct MemoryLog: LogFolder {
    let files: [String: [UInt8]]

    func read(_ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(LedgerError) -> Int?
    {
        guard let bytes = files[path] else { return nil }
        let rest = bytes.dropFirst(Int(clamping: offset)).prefix(buffer.count)
        buffer.copyBytes(from: rest)
        return rest.count
    }

    func names(in folder: String) throws(LedgerError) -> [String] {
        files.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.utf8.count + 1)) }
    }
}
