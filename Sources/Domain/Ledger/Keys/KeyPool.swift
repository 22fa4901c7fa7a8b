internal import Bytes
internal import Crypto
internal import Vocabulary

/// Block keys ahead of use. Keys are made, wrapped, written and flushed before anyone may take them, so that a record
/// never waits for its key and a commit is one flush.
///
///     low ──nextAppend──▶ in flight ──completed──▶ ready ──take──▶ used
///                             └──failed──▶ low (no space) or the log is fenced (I/O error)
///
/// Each append is twice as large as the one before, up to a limit: a log that is little used leaves few keys behind,
/// and one under load flushes seldom.
///
/// Keys that a run leaves unused are never used by another: it starts new files.
struct KeyPool {
    struct Settings {
        /// Keys made in the first append.
        var batch: Int
        /// LIMIT: keys made in one append.
        var mostBatch: Int
        /// An append is wanted when fewer are ready, or fewer than the last one made.
        var low: Int
    }

    /// Keys for a coming month are made this long before it begins.
    static let leadSeconds: Int64 = 300

    private struct File {
        var number: UInt32
        var month: BucketMonth
        var bucketKey: SecretBytes
        var wrappedBucketKey: [UInt8]
        var slots: UInt32 = 0
    }

    private struct Shelf {
        var file: File?
        var month: BucketMonth?
        var ready: [BlockKey] = []
        /// Keys of the last append.
        var batch = 0
        var coming: (month: BucketMonth, keys: [BlockKey])?
    }

    private struct Pending {
        var compartment: Compartment
        var file: File
        var keys: [BlockKey]
    }

    private let logID: Opaque128
    private let master: MasterKey
    private let retention: RetentionClass
    private let settings: Settings
    private let random: @Sendable (Int) -> [UInt8]
    private var nextFile: UInt32
    private var shelves: [Shelf]
    private var pending: Pending?

    /// - Parameter nextFile: above every number that is in the folder.
    init(
        logID: Opaque128, master: MasterKey, retention: RetentionClass, nextFile: UInt32, settings: Settings,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.logID = logID
        self.master = master
        self.retention = retention
        self.nextFile = nextFile
        self.settings = settings
        self.random = random
        shelves = Compartment.allCases.map { _ in Shelf() }
    }

    private static func position(_ compartment: Compartment) -> Int { Int(compartment.rawValue) - 1 }

    func count(_ compartment: Compartment, at now: Instant) -> Int {
        let shelf = shelves[KeyPool.position(compartment)]
        let month = BucketMonth(now)
        if shelf.month == month { return shelf.ready.count }
        return shelf.coming?.month == month ? shelf.coming?.keys.count ?? 0 : 0
    }

    /// A key that was durable before this call; nil when none is ready.
    mutating func take(_ compartment: Compartment, at now: Instant) -> BlockKey? {
        let position = KeyPool.position(compartment)
        let month = BucketMonth(now)
        if shelves[position].month != month {
            guard let coming = shelves[position].coming, coming.month == month else { return nil }
            shelves[position].month = month
            shelves[position].ready = coming.keys
            shelves[position].coming = nil
        }
        return shelves[position].ready.popLast()
    }

    /// What should be appended to a key file now; one append at a time.
    mutating func nextAppend(at now: Instant) throws(LedgerError) -> LedgerEffect? {
        guard pending == nil else { return nil }
        let month = BucketMonth(now)
        for compartment in Compartment.allCases where isLow(compartment, month) {
            return try append(compartment, month)
        }
        let coming = BucketMonth(now.adding(seconds: KeyPool.leadSeconds))
        guard coming != month else { return nil }
        for compartment in Compartment.allCases where isLow(compartment, coming) {
            return try append(compartment, coming)
        }
        return nil
    }

    mutating func completed() {
        guard let done = pending else { preconditionFailure("no key append is in flight") }
        pending = nil
        let position = KeyPool.position(done.compartment)
        var file = done.file
        file.slots += UInt32(done.keys.count)
        shelves[position].file = file
        if shelves[position].month == nil || shelves[position].month == file.month {
            shelves[position].month = file.month
            shelves[position].ready += done.keys
        } else if let coming = shelves[position].coming, coming.month == file.month {
            shelves[position].coming = (file.month, coming.keys + done.keys)
        } else {
            shelves[position].coming = (file.month, done.keys)
        }
    }

    /// The disk had no space: nothing of this append is used. A file that has keys is left as it is and a new one
    /// begun, since nobody knows what of the rest is there; one that was just begun is begun again, under its number,
    /// so that a disk that stays full is not littered with files.
    mutating func failedForSpace() {
        guard let failed = pending else { preconditionFailure("no key append is in flight") }
        pending = nil
        shelves[KeyPool.position(failed.compartment)].file = nil
        if failed.file.slots == 0, nextFile == failed.file.number + 1 { nextFile = failed.file.number }
    }

    private func isLow(_ compartment: Compartment, _ month: BucketMonth) -> Bool {
        let shelf = shelves[KeyPool.position(compartment)]
        let ready = shelf.month == month ? shelf.ready.count : 0
        let coming = shelf.coming?.month == month ? shelf.coming?.keys.count ?? 0 : 0
        return ready + coming < max(settings.low, shelf.batch)
    }

    private mutating func append(_ compartment: Compartment, _ month: BucketMonth) throws(LedgerError) -> LedgerEffect {
        let position = KeyPool.position(compartment)
        var bytes: [UInt8] = []
        let file: File
        let offset: UInt64
        if let current = shelves[position].file, current.month == month {
            file = current
            offset = KeyFile.offset(ofSlot: current.slots)
        } else {
            file = try begin(month, compartment, header: &bytes)
            offset = 0
        }
        let count = min(max(settings.batch, 2 * shelves[position].batch), settings.mostBatch)
        shelves[position].batch = count
        let keys = try make(count, in: file, &bytes)
        pending = Pending(compartment: compartment, file: file, keys: keys)
        return .append(path: KeyFile.path(file.number), at: offset, bytes: bytes)
    }

    private mutating func begin(
        _ month: BucketMonth, _ compartment: Compartment, header bytes: inout [UInt8]
    ) throws(LedgerError) -> File {
        var raw = random(32)
        let bucketKey = SecretBytes(taking: &raw)
        let file = File(
            number: nextFile, month: month, bucketKey: bucketKey, wrappedBucketKey: try master.wrap(bucketKey))
        nextFile += 1
        bytes =
            KeyFile.Header(
                number: file.number, logID: logID, month: month, compartment: compartment, retention: retention,
                masterID: master.id, wrappedBucketKey: file.wrappedBucketKey
            ).bytes
        return file
    }

    private func make(
        _ count: Int, in file: File, _ bytes: inout [UInt8]
    ) throws(LedgerError) -> [BlockKey] {
        var material = SecretBytes.Parts(random(count * 32), length: 32)
        var keys: [BlockKey] = []
        keys.reserveCapacity(count)
        do {
            let wrapper = try KeyWrapper(under: file.bucketKey)
            for slot in file.slots..<file.slots + UInt32(count) {
                guard let secret = material.next() else { break }
                let key = BlockKey(id: KeyFile.id(file: file.number, slot: slot), key: secret)
                bytes += KeyFile.entry(id: key.id, wrapped: try wrapper.wrap(key.key))
                keys.append(key)
            }
        } catch {
            throw .badKeyFile(
                path: KeyFile.folder, problem: "a key could not be wrapped: the cryptographic library failed")
        }
        return keys
    }
}
