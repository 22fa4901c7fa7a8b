package import Ledger

/// A disk that forgets. Writes stay in a cache until they are flushed; a crash keeps, of what was not flushed, any
/// subset of the 512-byte sectors, and of the names that were not flushed any prefix. A sector itself is never torn.
///
/// Stricter than any journaling file system: flushing a file does not flush its name.
package final class SimulatedDisk: LedgerDisk {
    package static let sector = 512

    private final class Content {
        var durable: [UInt8] = []
        var cached: [UInt8] = []
        /// Sectors that differ from the durable ones, in the order of their first writing.
        var dirty: [Int] = []
    }

    private enum NameChange {
        case set(String, Content)
        case remove(String)
    }

    private var durableNames: [String: Content] = [:]
    private var names: [String: Content] = [:]
    private var pendingNames: [NameChange] = []
    private var temporaryNames = 0

    /// System calls so far.
    package private(set) var calls = 0
    /// The call with this number does not happen: the machine stops before it.
    package var crashAt: Int?
    /// The call with this number fails so.
    package var failure: (call: Int, failure: LedgerFailure)?
    /// A lying disk: says that it has flushed and has not. For showing that the tests can fail.
    package var ignoresFlushes = false
    /// Bytes that files may hold together; nil: no limit.
    package var capacity: Int?

    package init() {}

    package static let crash = LedgerDiskError(.io, "the simulated machine stopped")

    // MARK: - Effects as system calls

    package func perform(_ effect: LedgerEffect) throws(LedgerDiskError) {
        switch effect {
        case .write(let path, let offset, let bytes):
            try write(path, bytes, Int(offset))
            try flush(path)
        case .append(let path, let offset, let bytes):
            let isNew = names[path] == nil
            if isNew { try create(path) }
            try write(path, bytes, Int(offset))
            try flush(path)
            if isNew { try flushNames() }
        case .replace(let path, let bytes): try replace(ReplacedFile(path: path, bytes: bytes), isFlushed: true)
        case .derive(let files): for file in files { try replace(file, isFlushed: false) }
        case .settle(let paths, let mark):
            for path in paths { try flush(path) }
            try flushNames()
            try replace(mark, isFlushed: true)
        case .prepareSegment(let path, let header, let size):
            try create(path)
            try write(path, header, 0)
            try write(path, [UInt8](repeating: 0, count: size - header.count), header.count)
            try flush(path)
            try flushNames()
        case .clear(let path, let from, let count):
            try write(path, [UInt8](repeating: 0, count: Int(count)), Int(from))
            try flush(path)
        case .truncate(let path, let length):
            guard names[path] != nil else { return }
            try truncate(path, Int(length))
            try flush(path)
        case .removeFolder(let path):
            for name in names.keys.filter({ $0.hasPrefix(path + "/") }).sorted() { try remove(name) }
        }
    }

    private func replace(_ file: ReplacedFile, isFlushed: Bool) throws(LedgerDiskError) {
        temporaryNames += 1
        let temporary = "tmp/\(temporaryNames)"
        try create(temporary)
        try write(temporary, file.bytes, 0)
        if isFlushed { try flush(temporary) }
        try rename(temporary, file.path)
        if isFlushed { try flushNames() }
    }

    private func call(isFlush: Bool = false) throws(LedgerDiskError) {
        calls += 1
        if let crashAt, calls > crashAt { throw SimulatedDisk.crash }
        if let failure, failure.call == calls {
            throw LedgerDiskError(isFlush ? .io : failure.failure, "a simulated failure")
        }
    }

    private func create(_ path: String) throws(LedgerDiskError) {
        try call()
        let content = Content()
        names[path] = content
        pendingNames.append(.set(path, content))
    }

    private func write(_ path: String, _ bytes: [UInt8], _ offset: Int) throws(LedgerDiskError) {
        try call()
        guard let content = names[path] else { throw LedgerDiskError(.io, "\(path): no such file") }
        guard !bytes.isEmpty else { return }
        let end = offset + bytes.count
        if let capacity, end > content.cached.count, used + end - content.cached.count > capacity {
            throw LedgerDiskError(.noSpace, "the simulated disk is full")
        }
        if content.cached.count < end { content.cached += [UInt8](repeating: 0, count: end - content.cached.count) }
        content.cached.replaceSubrange(offset..<end, with: bytes)
        let known = Set(content.dirty)
        for sector in offset / SimulatedDisk.sector...(end - 1) / SimulatedDisk.sector where !known.contains(sector) {
            content.dirty.append(sector)
        }
    }

    private var used: Int { names.values.reduce(0) { $0 + $1.cached.count } }

    private func truncate(_ path: String, _ length: Int) throws(LedgerDiskError) {
        try call()
        guard let content = names[path] else { throw LedgerDiskError(.io, "\(path): no such file") }
        content.cached = Array(content.cached.prefix(length))
        content.dirty = []
        // A truncation is a change of the name's record: it is there after the crash or not; here it is.
        content.durable = Array(content.durable.prefix(length))
    }

    private func flush(_ path: String) throws(LedgerDiskError) {
        try call(isFlush: true)
        guard !ignoresFlushes, let content = names[path] else { return }
        content.durable = content.cached
        content.dirty = []
    }

    private func rename(_ from: String, _ to: String) throws(LedgerDiskError) {
        try call()
        guard let content = names.removeValue(forKey: from) else { throw LedgerDiskError(.io, "\(from): no such file") }
        names[to] = content
        pendingNames.append(.set(to, content))
    }

    private func remove(_ path: String) throws(LedgerDiskError) {
        try call()
        names[path] = nil
        pendingNames.append(.remove(path))
    }

    private func flushNames() throws(LedgerDiskError) {
        try call(isFlush: true)
        guard !ignoresFlushes else { return }
        durableNames = names
        pendingNames = []
    }

    // MARK: - Reading

    package func read(
        _ path: String, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(LedgerError) -> Int? {
        guard let content = names[path] else { return nil }
        let start = min(Int(clamping: offset), content.cached.count)
        let count = min(buffer.count, content.cached.count - start)
        buffer.copyBytes(from: content.cached[start..<start + count])
        return count
    }

    package func names(in folder: String) throws(LedgerError) -> [String] {
        let prefix = folder + "/"
        return Array(
            Set(
                names.keys.filter { $0.hasPrefix(prefix) }.compactMap {
                    $0.dropFirst(prefix.count).split(separator: "/").first
                })
        ).map(String.init)
    }

    // MARK: - Crashing

    package enum Survival: Sendable {
        /// Nothing that was not flushed.
        case nothing
        /// Everything, flushed or not.
        case everything
        /// What was written first, up to a random point.
        case prefix
        /// Any sectors.
        case any
    }

    /// The disk as it is found after the machine stopped.
    package func afterCrash(_ survival: Survival, _ random: inout SeededRandom) -> SimulatedDisk {
        let disk = SimulatedDisk()
        disk.capacity = capacity
        disk.temporaryNames = temporaryNames
        var kept = durableNames
        let changes: Int
        switch survival {
        case .nothing: changes = 0
        case .everything: changes = pendingNames.count
        case .prefix, .any: changes = random.below(pendingNames.count + 1)
        }
        for change in pendingNames.prefix(changes) {
            switch change {
            case .set(let path, let content):
                kept[path] = content
                kept = kept.filter { $0.value !== content || $0.key == path }
            case .remove(let path): kept[path] = nil
            }
        }
        for path in kept.keys.sorted() {
            guard let content = kept[path], !path.hasPrefix("tmp/") else { continue }
            let survivor = Content()
            survivor.durable = SimulatedDisk.survivingBytes(content, survival, &random)
            survivor.cached = survivor.durable
            disk.durableNames[path] = survivor
        }
        disk.names = disk.durableNames
        return disk
    }

    private static func survivingBytes(
        _ content: Content, _ survival: Survival, _ random: inout SeededRandom
    ) -> [UInt8] {
        var bytes = content.durable
        let sectors: [Int]
        switch survival {
        case .nothing: sectors = []
        case .everything: sectors = content.dirty
        case .prefix: sectors = Array(content.dirty.prefix(random.below(content.dirty.count + 1)))
        case .any: sectors = content.dirty.filter { _ in random.next() & 1 == 0 }
        }
        for index in sectors {
            let start = index * sector
            let end = min(start + sector, content.cached.count)
            guard start < end else { continue }
            if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
            bytes.replaceSubrange(start..<end, with: content.cached[start..<end])
        }
        return bytes
    }

    // MARK: - Damage

    /// Paths of all files.
    package var paths: [String] { names.keys.sorted() }

    package func contents(_ path: String) -> [UInt8] { names[path]?.cached ?? [] }

    /// Changes a file behind everybody's back.
    package func tamper(_ path: String, _ change: (inout [UInt8]) -> Void) {
        guard let content = names[path] else { return }
        change(&content.cached)
        content.durable = content.cached
    }

    package func delete(_ path: String) {
        names[path] = nil
        durableNames[path] = nil
    }

    /// An independent copy of what is there now, all of it durable.
    package func copy() -> SimulatedDisk {
        var random = SeededRandom(0)
        return afterCrash(.everything, &random)
    }
}
