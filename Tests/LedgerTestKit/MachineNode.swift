/// A file or a folder of a simulated machine: what programs see, what is on the platter, and the changes between.
final class MachineNode {
    enum Change {
        /// A unit of the disk (a sector or a page) as it was after a write.
        case unit(start: Int, bytes: ArraySlice<UInt8>)
        /// The length of the file.
        case length(Int)
        /// A name in a folder: given to a node, or taken away.
        case name(String, MachineNode?)
        /// A rename within the folder: both names at once or neither.
        case moved(from: String, to: String, MachineNode)
    }

    /// Changes carry the number of the call that made them, so that those of all nodes have one order.
    struct Pending {
        var call: Int
        var change: Change
    }

    let isFolder: Bool
    var cached: [UInt8] = []
    var durable: [UInt8] = [] { didSet { durableHash = nil } }
    var entries: [String: MachineNode] = [:]
    var durableEntries: [String: MachineNode] = [:]
    var pending: [Pending] = []
    private var durableHash: Int?

    init(isFolder: Bool) { self.isFolder = isFolder }

    /// Of the content on the platter; kept, since most files do not change between two states of a disk.
    var hashOfDurable: Int {
        if let durableHash { return durableHash }
        let hash = MachineNode.hash(durable)
        durableHash = hash
        return hash
    }

    static func hash(_ bytes: [UInt8]) -> Int {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        hasher.combine(bytes.count)
        return hasher.finalize()
    }

    /// A successful flush: everything is on the platter.
    func settle() {
        durable = cached
        durableEntries = entries
        pending = []
    }

    /// A failed flush, as ext4, XFS and Btrfs leave it: programs go on seeing the new bytes, the pages are clean, and
    /// no later flush writes them. Some had reached the platter.
    func loseDirtyPages(_ survives: () -> Bool) {
        var bytes = durable
        var names = durableEntries
        for change in pending where survives() { MachineNode.apply(change.change, to: &bytes, &names) }
        durable = bytes
        durableEntries = names
        pending = []
    }

    static func apply(_ change: Change, to bytes: inout [UInt8], _ names: inout [String: MachineNode]) {
        switch change {
        case .unit(let start, let unit):
            let end = start + unit.count
            if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
            bytes.replaceSubrange(start..<end, with: unit)
        case .length(let length):
            if length < bytes.count {
                bytes.removeLast(bytes.count - length)
            } else {
                bytes += [UInt8](repeating: 0, count: length - bytes.count)
            }
        case .name(let name, let node): names[name] = node
        case .moved(let from, let to, let node):
            if names[from] === node { names[from] = nil }
            names[to] = node
        }
    }
}
