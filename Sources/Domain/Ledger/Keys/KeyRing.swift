internal import Bytes
internal import Crypto

/// Finds block keys for reading: from a log's key files and the master keys that the reader was given.
package final class KeyRing<Folder: LogFolder> {
    private let folder: Folder
    private let masters: [UInt64: MasterKey]
    private var buckets: [UInt32: SecretBytes] = [:]
    private var last: BlockKey?

    package init(folder: Folder, masters: [MasterKey]) {
        self.folder = folder
        self.masters = Dictionary(masters.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func key(_ id: UInt64) throws(LedgerError) -> BlockKey {
        if let last, last.id == id { return last }
        let number = UInt32(truncatingIfNeeded: id >> 32)
        let path = KeyFile.path(number)
        let offset = KeyFile.offset(ofSlot: UInt32(truncatingIfNeeded: id))
        guard let entry = try folder.read(path, at: offset, count: KeyFile.entryLength),
            let wrapped = KeyFile.wrappedKey(entry, id: id)
        else { throw .keyMissing(id: id) }
        let bucket = try bucketKey(number, path)
        do {
            let key = BlockKey(id: id, key: try KeyWrap.unwrap(wrapped, under: bucket))
            last = key
            return key
        } catch {
            throw .notAuthentic(what: "block key \(id)")
        }
    }

    private func bucketKey(_ number: UInt32, _ path: String) throws(LedgerError) -> SecretBytes {
        if let bucket = buckets[number] { return bucket }
        guard let bytes = try folder.read(path, at: 0, count: KeyFile.headerLength), let header = KeyFile.Header(bytes)
        else { throw .badKeyFile(path: path, problem: "the header is damaged") }
        guard let master = masters[header.masterID] else {
            throw .masterKeyMissing(id: MasterKey.text(ofID: header.masterID))
        }
        let bucket = try master.unwrap(header.wrappedBucketKey, of: "the bucket key in " + path)
        buckets[number] = bucket
        return bucket
    }
}
