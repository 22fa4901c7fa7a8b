import LedgerTestKit

/// Runs a sequence of operations and stops the machine at every call of the last one, with many choices of what
/// survives; each disk that is found is recovered, gone on with, and compared with the book. Earlier calls of a
/// sequence were those of a shorter one.
final class Campaign {
    struct Limits {
        /// Disks tried at one call.
        var disks: Int
        /// One in so many disks is stopped a second time, while it recovers.
        var again: Int
    }

    let unit: Int
    let limits: Limits
    private var random: SeededRandom
    private var seen: Set<Int> = []
    /// Distinct disks that were recovered.
    private(set) var states = 0
    private(set) var violations: [String] = []
    private var name = ""
    private var call = 0

    init(unit: Int, limits: Limits, seed: UInt64) {
        self.unit = unit
        self.limits = limits
        random = SeededRandom(seed)
    }

    /// - Parameter exploringFrom: the operation at whose first call the stops begin.
    func run(_ sequence: [Operation], exploringFrom first: Int) throws {
        name = sequence.map(\.rawValue).joined(separator: " ")
        call = 0
        let node = Node(Node.machine(unit: unit))
        if sequence.isEmpty { explore(from: node) }
        try node.start()
        for (number, operation) in sequence.enumerated() {
            if number == first { explore(from: node) }
            try node.perform(operation)
        }
        if let failure = node.machine.failure { throw failure }
        node.machine.beforeCall = nil
        stop(node)
        try node.check()
    }

    private func explore(from node: Node) {
        node.machine.beforeCall = { _ in
            self.call += 1
            self.stop(node)
        }
    }

    /// The machine, and then the process alone, is stopped here.
    private func stop(_ node: Node) {
        node.observe()
        let unflushed = node.machine.unflushed
        for mask in node.machine.survivals(of: unflushed.count, atMost: limits.disks, &random) {
            let (machine, fingerprint) = node.machine.stopped(unflushed, keeping: mask, seed: random.next())
            guard isNew(fingerprint, node.book) else { continue }
            let how = "the machine; survived: " + mask.map { $0 ? "1" : "0" }.joined()
            recover(node.successor(on: machine), how, again: states % limits.again == 0)
        }
        killed(node)
    }

    private func isNew(_ fingerprint: Int, _ book: Book) -> Bool {
        var hasher = Hasher()
        hasher.combine(fingerprint)
        hasher.combine(book.acknowledged.count)
        hasher.combine(book.published.count)
        guard seen.insert(hasher.finalize()).inserted else { return false }
        states += 1
        return true
    }

    /// Only the process ends here; a new one takes the page cache over, and then the machine stops.
    private func killed(_ node: Node) {
        let next = node.successor(on: node.machine.copy(seed: random.next()))
        guard recover(next, "the process", again: false) else { return }
        next.observe()
        let unflushed = next.machine.unflushed
        for isKept in [false, true] {
            let mask = (0..<unflushed.count).map { _ in isKept && random.next() & 1 == 0 }
            let (machine, fingerprint) = next.machine.stopped(unflushed, keeping: mask, seed: random.next())
            guard isNew(fingerprint, next.book) else { continue }
            recover(next.successor(on: machine), "the process, then the machine", again: false)
        }
    }

    /// A new process recovers, records, publishes; the disk is compared with the book.
    @discardableResult
    private func recover(_ node: Node, _ how: String, again: Bool) -> Bool {
        var second: Node?
        if again {
            var left = random.below(24)
            node.machine.beforeCall = { machine in
                left -= 1
                guard left == -1 else { return }
                node.observe()
                let unflushed = machine.unflushed
                let mask = (0..<unflushed.count).map { _ in self.random.next() & 1 == 0 }
                let (found, fingerprint) = machine.stopped(unflushed, keeping: mask, seed: self.random.next())
                if self.isNew(fingerprint, node.book) { second = node.successor(on: found) }
            }
        }
        do {
            try node.start()
            try node.perform(.publish)
            try node.check()
        } catch {
            violations.append("[\(unit)] \(name), call \(call), stopped: \(how): \(error)")
            return false
        }
        node.machine.beforeCall = nil
        guard let second else { return true }
        return recover(second, how + "; again while recovering", again: false)
    }
}
