package import Files
internal import Glibc

/// A machine's disk below the system calls: the product's own file effects run on it, retries, order of flushes and
/// all.
///
/// Model, stricter than any journaling file system:
/// - a write stays in the page cache until the file is flushed; a stop of the machine keeps any subset of the units
///   (512 or 4,096 bytes) of what was not flushed, and of the changes of lengths;
/// - a name is durable when its *folder* is flushed; of those that are not, any subset survives; flushing a file does
///   not make its name durable;
/// - a failed flush leaves the new bytes in sight, clean, and never written (see `MachineNode.loseDirtyPages`).
///
/// Deterministic: the same calls and the same seed give the same disk.
package final class SimulatedMachine: DiskCalls, @unchecked Sendable {
    // SAFETY: a test uses one machine on one thread; `DiskCalls` asks for `Sendable` because the product's disk threads
    // share theirs.

    package enum Call: CaseIterable, Sendable {
        case open, write, flush, flushFolder, truncate, rename, makeFolder, remove
    }

    /// What goes wrong, from the `first` call of a kind on, `count` times.
    package struct Fault: Sendable {
        package var call: Call
        package var first: Int
        package var count: Int
        package var number: Int32

        package init(_ call: Call, first: Int, count: Int = 1, number: Int32) {
            self.call = call
            self.first = first
            self.count = count
            self.number = number
        }
    }

    package let unit: Int
    var root = MachineNode(isFolder: true)
    private var open: [Int32: MachineNode] = [:]
    private var nextDescriptor: Int32 = 100
    var random: SeededRandom

    /// Calls that change something, so far.
    package internal(set) var calls = 0
    package private(set) var counts: [Call: Int] = [:]
    package var fault: Fault?
    /// Every write is taken in pieces, with EINTR between them.
    package var isInterrupting = false
    /// Bytes that files may hold together; nil: no limit.
    package var capacity: Int?
    private var used = 0
    /// Called before every call that changes something: the machine may stop here.
    package var beforeCall: ((SimulatedMachine) throws -> Void)?
    /// What `beforeCall` threw first.
    package private(set) var failure: (any Error)?
    /// A lying disk: says that it has flushed and has not. For showing that the tests can fail.
    package var ignoresFlushes = false

    /// - Parameter unit: what a stop keeps or loses as a whole, in bytes.
    package init(unit: Int = 512, seed: UInt64 = 1) {
        self.unit = unit
        random = SeededRandom(seed)
    }

    // MARK: - Calls

    /// Nil to go on, or the negated errno of a fault.
    private func begin(_ call: Call) -> Int32? {
        if let hook = beforeCall, failure == nil {
            // What the hook does with this machine must not call the hook again, unless it says so itself.
            beforeCall = nil
            do { try hook(self) } catch { failure = error }
            if beforeCall == nil { beforeCall = hook }
        }
        calls += 1
        counts[call, default: 0] += 1
        guard let fault, fault.call == call, let count = counts[call] else { return nil }
        return (fault.first..<fault.first + fault.count).contains(count) ? -fault.number : nil
    }

    private func node(_ path: String) -> MachineNode? {
        var node = root
        for name in path.utf8.split(separator: UInt8(ascii: "/")) {
            guard let next = node.entries[String(Substring(name))] else { return nil }
            node = next
        }
        return node
    }

    private func parent(_ path: String) -> (folder: MachineNode, name: String)? {
        guard let folder = node(Folder.parent(of: path)), folder.isFolder, let name = path.split(separator: "/").last
        else { return nil }
        return (folder, String(name))
    }

    private func change(_ node: MachineNode, _ change: MachineNode.Change) {
        node.pending.append(MachineNode.Pending(call: calls, change: change))
    }

    package func open(_ path: String, _ flags: Int32, _ permissions: UInt32) -> Int32 {
        var found = node(path)
        if flags & (O_CREAT | O_TRUNC) != 0, found == nil || flags & O_TRUNC != 0 {
            if let failure = begin(.open) { return failure }
            if found == nil {
                guard let (folder, name) = parent(path) else { return -ENOENT }
                let file = MachineNode(isFolder: false)
                folder.entries[name] = file
                change(folder, .name(name, file))
                found = file
            } else if let file = found, !file.cached.isEmpty {
                used -= file.cached.count
                file.cached = []
                change(file, .length(0))
            }
        }
        guard let found else { return -ENOENT }
        nextDescriptor += 1
        open[nextDescriptor] = found
        return nextDescriptor
    }

    package func close(_ descriptor: Int32) { open[descriptor] = nil }

    package func pread(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ offset: UInt64) -> Int {
        guard let file = open[descriptor] else { return -Int(EBADF) }
        let start = min(Int(clamping: offset), file.cached.count)
        let count = min(buffer.count, file.cached.count - start)
        file.cached.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
        return count
    }

    package func pwrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: UInt64) -> Int {
        guard let file = open[descriptor] else { return -Int(EBADF) }
        if let failure = begin(.write) { return Int(failure) }
        guard !bytes.isEmpty else { return 0 }
        if isInterrupting, random.below(3) == 0 { return -Int(EINTR) }
        var count = isInterrupting ? random.below(bytes.count) + 1 : bytes.count
        let start = Int(offset)
        if let capacity {
            // A disk that fills up takes what it can and refuses the rest.
            count = min(count, max(0, file.cached.count + capacity - used - start))
            if count == 0 { return -Int(ENOSPC) }
        }
        let end = start + count
        if end > file.cached.count {
            used += end - file.cached.count
            file.cached += [UInt8](repeating: 0, count: end - file.cached.count)
            change(file, .length(end))
        }
        file.cached.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[start..<end]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        for number in start / unit...(end - 1) / unit {
            let range = number * unit..<min((number + 1) * unit, file.cached.count)
            change(file, .unit(start: range.lowerBound, bytes: file.cached[range]))
        }
        return count
    }

    package func fdatasync(_ descriptor: Int32) -> Int32 { flush(descriptor, .flush) }
    package func fsync(_ descriptor: Int32) -> Int32 { flush(descriptor, .flushFolder) }

    private func flush(_ descriptor: Int32, _ call: Call) -> Int32 {
        guard let node = open[descriptor] else { return -EBADF }
        if let failure = begin(call) {
            node.loseDirtyPages { random.next() & 1 == 0 }
            return failure
        }
        if !ignoresFlushes { node.settle() }
        return 0
    }

    package func ftruncate(_ descriptor: Int32, _ length: UInt64) -> Int32 {
        guard let file = open[descriptor] else { return -EBADF }
        if let failure = begin(.truncate) { return failure }
        let length = Int(length)
        used += length - file.cached.count
        var none: [String: MachineNode] = [:]
        MachineNode.apply(.length(length), to: &file.cached, &none)
        change(file, .length(length))
        return 0
    }

    package func forgetPages(_ descriptor: Int32) {}

    package func rename(_ from: String, _ to: String) -> Int32 {
        if let failure = begin(.rename) { return failure }
        guard let (folder, old) = parent(from), let (target, new) = parent(to), folder === target,
            let node = folder.entries[old]
        else { return -ENOENT }
        used -= folder.entries[new]?.cached.count ?? 0
        folder.entries[old] = nil
        folder.entries[new] = node
        change(folder, .moved(from: old, to: new, node))
        return 0
    }

    package func mkdir(_ path: String, _ permissions: UInt32) -> Int32 {
        if let failure = begin(.makeFolder) { return failure }
        guard let (folder, name) = parent(path) else { return -ENOENT }
        guard folder.entries[name] == nil else { return -EEXIST }
        let made = MachineNode(isFolder: true)
        folder.entries[name] = made
        change(folder, .name(name, made))
        return 0
    }

    package func unlink(_ path: String) -> Int32 { remove(path) }
    package func rmdir(_ path: String) -> Int32 { remove(path) }

    private func remove(_ path: String) -> Int32 {
        if let failure = begin(.remove) { return failure }
        guard let (folder, name) = parent(path), let node = folder.entries[name] else { return -ENOENT }
        guard node.entries.isEmpty else { return -ENOTEMPTY }
        used -= node.cached.count
        folder.entries[name] = nil
        change(folder, .name(name, nil))
        return 0
    }

    package func kind(_ path: String, followingLinks: Bool) -> FileKind {
        guard let node = node(path) else { return .missing }
        return node.isFolder ? .folder : .file
    }

    package func names(_ path: String) -> DiskNames {
        guard let node = node(path) else { return .failed(-ENOENT) }
        guard node.isFolder else { return .failed(-ENOTDIR) }
        return .names(node.entries.keys.sorted())
    }

    // MARK: - For tests

    /// What programs see of a file.
    package func contents(_ path: String) -> [UInt8]? { node(path)?.cached }

    /// Puts everything on the platter, as a sync(2) that never fails.
    package func settle() { forEach { $0.settle() } }

    /// What the files hold, for the limit of a disk that was copied.
    func recount() {
        used = 0
        forEach { used += $0.cached.count }
    }

    func forEach(_ body: (MachineNode) -> Void) {
        var rest = [root]
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
        while let node = rest.popLast() {
            body(node)
            for next in Array(node.entries.values) + Array(node.durableEntries.values)
            where seen.insert(ObjectIdentifier(next)).inserted { rest.append(next) }
        }
    }
}
