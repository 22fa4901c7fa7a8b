/// Whether the block keys that frames name are in the key files: by checksum, without any key.
struct KeyPresence<Folder: LogFolder> {
    private let folder: Folder
    private let logID: Opaque128
    /// Per file, for each slot whether its entry is whole; empty for a file that is missing or whose header is damaged.
    private var files: [UInt32: [Bool]] = [:]
    private var last: (id: UInt64, isThere: Bool) = (0, false)

    /// LIMIT: entries of one file.
    private static var maximumFileLength: Int { 1 << 30 }

    init(folder: Folder, logID: Opaque128) {
        self.folder = folder
        self.logID = logID
    }

    mutating func contains(_ id: UInt64) throws(LedgerError) -> Bool {
        if last.id == id { return last.isThere }
        let number = UInt32(truncatingIfNeeded: id >> 32)
        let slot = Int(UInt32(truncatingIfNeeded: id))
        if files[number] == nil { files[number] = try load(number) ?? [] }
        let isThere = files[number].map { slot < $0.count && $0[slot] } ?? false
        last = (id, isThere)
        return isThere
    }

    /// Forgets the files, whose slots a frame may just now have been written for.
    mutating func forget() {
        files = [:]
        last = (0, false)
    }

    /// Whether each slot is whole; nil when the file is missing, another log's, or its header is damaged.
    func load(_ number: UInt32) throws(LedgerError) -> [Bool]? {
        guard let bytes = try folder.contents(KeyFile.path(number), limit: Self.maximumFileLength),
            let header = KeyFile.Header(bytes), header.number == number, header.logID == logID
        else { return nil }
        var slots: [Bool] = []
        var offset = KeyFile.headerLength
        while offset < bytes.count {
            let end = min(offset + KeyFile.entryLength, bytes.count)
            let id = KeyFile.id(file: number, slot: UInt32(slots.count))
            slots.append(KeyFile.wrappedKey(Array(bytes[offset..<end]), id: id) != nil)
            offset = end
        }
        return slots
    }
}
