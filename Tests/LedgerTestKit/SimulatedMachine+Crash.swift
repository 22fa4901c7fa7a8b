// Stops: of the machine, which loses what was not flushed, and of the process alone, which loses nothing that the
// kernel was given.
extension SimulatedMachine {
    /// Everything that a stop might lose, in the order in which it was done.
    package struct Unflushed {
        fileprivate var changes: [(node: MachineNode, pending: MachineNode.Pending)]
        package var count: Int { changes.count }
    }

    package var unflushed: Unflushed {
        var changes: [(node: MachineNode, pending: MachineNode.Pending)] = []
        forEach { node in for pending in node.pending { changes.append((node, pending)) } }
        // Within a call the order is that of the list, which the sort must keep.
        let order = changes.indices.sorted {
            (changes[$0].pending.call, $0) < (changes[$1].pending.call, $1)
        }
        return Unflushed(changes: order.map { changes[$0] })
    }

    /// What survives of `count` changes: all subsets when they are few; otherwise nothing, everything, every beginning,
    /// everything but one, and then random ones.
    package func survivals(of count: Int, atMost limit: Int, _ random: inout SeededRandom) -> [[Bool]] {
        if count < 30, 1 << count <= limit {
            return (0..<1 << count).map { mask in (0..<count).map { mask & 1 << $0 != 0 } }
        }
        var masks = [[Bool](repeating: false, count: count), [Bool](repeating: true, count: count)]
        let step = max(1, count * 4 / limit)
        for end in stride(from: 1, to: count, by: step) { masks.append((0..<count).map { $0 < end }) }
        for lost in stride(from: 0, to: count, by: step) { masks.append((0..<count).map { $0 != lost }) }
        while masks.count < limit { masks.append((0..<count).map { _ in random.next() & 1 == 0 }) }
        return masks
    }

    /// The machine as it starts again after a stop of which these changes survived, and a fingerprint of its disk.
    package func stopped(
        _ unflushed: Unflushed, keeping mask: [Bool], seed: UInt64
    ) -> (machine: SimulatedMachine, fingerprint: Int) {
        var kept: [ObjectIdentifier: [MachineNode.Change]] = [:]
        for (change, isKept) in zip(unflushed.changes, mask) where isKept {
            kept[ObjectIdentifier(change.node), default: []].append(change.pending.change)
        }
        let machine = SimulatedMachine(unit: unit, seed: seed)
        machine.capacity = capacity
        var hasher = Hasher()
        machine.root = SimulatedMachine.survivor(root, kept, &hasher)
        machine.recount()
        return (machine, hasher.finalize())
    }

    private static func survivor(
        _ node: MachineNode, _ kept: [ObjectIdentifier: [MachineNode.Change]], _ hasher: inout Hasher
    ) -> MachineNode {
        var bytes = node.durable
        var names = node.durableEntries
        let changes = kept[ObjectIdentifier(node)] ?? []
        for change in changes { MachineNode.apply(change, to: &bytes, &names) }
        let copy = MachineNode(isFolder: node.isFolder)
        hasher.combine(changes.isEmpty ? node.hashOfDurable : MachineNode.hash(bytes))
        copy.cached = bytes
        copy.durable = bytes
        for (name, child) in names.sorted(by: { $0.key < $1.key }) {
            hasher.combine(name)
            copy.entries[name] = survivor(child, kept, &hasher)
        }
        copy.durableEntries = copy.entries
        hasher.combine(names.count)
        return copy
    }

    /// The same machine for another process: everything that the kernel was given is there, flushed or not.
    package func copy(seed: UInt64) -> SimulatedMachine {
        let machine = SimulatedMachine(unit: unit, seed: seed)
        machine.capacity = capacity
        machine.calls = calls
        var copies: [ObjectIdentifier: MachineNode] = [:]
        machine.root = SimulatedMachine.copy(root, &copies)
        machine.recount()
        return machine
    }

    private static func copy(_ node: MachineNode, _ copies: inout [ObjectIdentifier: MachineNode]) -> MachineNode {
        if let copy = copies[ObjectIdentifier(node)] { return copy }
        let twin = MachineNode(isFolder: node.isFolder)
        copies[ObjectIdentifier(node)] = twin
        twin.cached = node.cached
        twin.durable = node.durable
        twin.entries = node.entries.mapValues { copy($0, &copies) }
        twin.durableEntries = node.durableEntries.mapValues { copy($0, &copies) }
        twin.pending = node.pending.map { pending in
            var pending = pending
            switch pending.change {
            case .unit, .length: break
            case .name(let name, let child): pending.change = .name(name, child.map { copy($0, &copies) })
            case .moved(let from, let to, let child):
                pending.change = .moved(from: from, to: to, copy(child, &copies))
            }
            return pending
        }
        return twin
    }
}
