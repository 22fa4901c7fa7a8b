// Proves that a failing disk is never papered over, call by call on the product's own file effects: after a failed
// write or flush nothing is acknowledged until a new process has recovered (I7), a full disk loses nothing and goes on
// when there is room, calls that are interrupted or done by halves make no difference; and what was acknowledged is
// there after the machine stops at last, whatever of the lost pages had reached the platter.
import Glibc
import Ledger
import LedgerTestKit
import Testing

struct DiskFaultTests {
    private static let workload: [Operation] = [.small, .batch, .publish, .roll, .overlap, .month, .publish, .roll]

    /// Works on through refusals, as clients do who ask again. Returns how often something was refused.
    private func work(_ node: Node) -> Int {
        var refused = 0
        for operation in Self.workload {
            do { try node.perform(operation) } catch { refused += 1 }
        }
        return refused
    }

    private func counts() throws -> [SimulatedMachine.Call: Int] {
        let node = Node(Node.machine(unit: 512))
        try node.start()
        #expect(work(node) == 0)
        return node.machine.counts
    }

    /// The process ends, another one takes over what it finds, and then the machine stops, twice over.
    private func recovers(_ node: Node, _ what: String, seed: UInt64) {
        node.machine.fault = nil
        do {
            try node.start()
            try node.perform(.publish)
            try node.check()
            var random = SeededRandom(seed)
            let unflushed = node.machine.unflushed
            let mask = (0..<unflushed.count).map { _ in random.next() & 1 == 0 }
            let next = node.successor(on: node.machine.stopped(unflushed, keeping: mask, seed: seed).machine)
            try next.start()
            try next.perform(.publish)
            try next.check()
        } catch {
            Issue.record("\(what): \(error)")
        }
    }

    /// One failure, then calls succeed again: the case in which a second flush lies.
    @Test(arguments: [EIO, EROFS]) func everyCallFailsOnce(number: Int32) throws {
        var faults = 0
        for (call, count) in try counts() {
            for first in 1...count {
                let node = Node(Node.machine(unit: first % 2 == 0 ? 512 : 4096))
                node.machine.fault = SimulatedMachine.Fault(call, first: first, number: number)
                let what = "\(call) \(first) fails with \(number)"
                do {
                    try node.start()
                } catch {
                    recovers(node, what, seed: UInt64(first))
                    continue
                }
                for operation in Self.workload {
                    node.observe()
                    let wasFenced = node.log?.core.isFenced ?? true
                    let acknowledged = node.book.acknowledged.count
                    // Refused, most likely; what counts is what the books say.
                    do { try node.perform(operation) } catch {}
                    node.observe()
                    if wasFenced {
                        #expect(node.book.acknowledged.count == acknowledged, "\(what): acknowledged when fenced")
                    }
                }
                faults += 1
                recovers(node, what, seed: UInt64(first))
            }
        }
        print("FIGURE single failures recovered: \(faults)")
        #expect(faults > 100)
    }

    /// A failed write or flush of records ends the log for this process, also when every later call succeeds.
    @Test(arguments: [SimulatedMachine.Call.write, .flush]) func aFailedCommitIsFatal(call: SimulatedMachine.Call)
        throws
    {
        let node = Node(Node.machine(unit: 512))
        try node.start()
        // A record only: keys and segments are ready.
        try node.perform(.small)
        let before = node.book.acknowledged.count
        let next = (node.machine.counts[call] ?? 0) + 1
        node.machine.fault = SimulatedMachine.Fault(call, first: next, number: EIO)
        #expect(throws: LedgerDiskError.self) { try node.perform(.small) }
        #expect(node.log?.isFenced == true)
        for operation in [Operation.small, .batch, .publish] {
            #expect(throws: LedgerError.fenced) { try node.perform(operation) }
        }
        #expect(node.book.acknowledged.count == before)
        recovers(node, "\(call)", seed: 3)
    }

    /// The disk or a quota is full from the n-th write on, and then has room again: nobody has to restart, unless the
    /// write was one of records, for which space had been taken before.
    @Test(arguments: [ENOSPC, EDQUOT]) func fullFromAnyWriteOn(number: Int32) throws {
        var resumed = 0
        let writes = try counts()[.write] ?? 0
        for first in 1...writes {
            let node = Node(Node.machine(unit: 512))
            node.machine.fault = SimulatedMachine.Fault(.write, first: first, count: 40, number: number)
            let what = "full from write \(first) on"
            do { try node.start() } catch {
                recovers(node, what, seed: UInt64(first))
                continue
            }
            _ = work(node)
            node.machine.fault = nil
            if node.log?.isFenced == false {
                resumed += 1
                do {
                    try node.log?.prepare()
                    for operation in [Operation.small, .roll, .publish] { try node.perform(operation) }
                    try node.check()
                } catch { Issue.record("\(what): not resumed: \(error)") }
            }
            recovers(node, what, seed: UInt64(first))
        }
        #expect(resumed > 5)
    }

    /// A disk of every size between one that takes the first segments only and one that takes everything: writes that
    /// find no more room are taken in part, as a real disk does it.
    @Test func disksOfEverySize() throws {
        var refusals = 0
        for capacity in stride(from: 70_000, through: 280_000, by: 1_511) {
            let node = Node(Node.machine(unit: 512))
            node.machine.capacity = capacity
            do { try node.start() } catch { continue }
            refusals += work(node)
            node.machine.capacity = nil
            if node.log?.isFenced == false {
                do {
                    try node.log?.prepare()
                    try node.perform(.roll)
                    try node.perform(.month)
                    try node.perform(.publish)
                    try node.check()
                } catch { Issue.record("\(capacity) bytes: not resumed: \(error)") }
            }
            recovers(node, "\(capacity) bytes", seed: UInt64(capacity))
        }
        #expect(refusals > 50)
    }

    @Test func interruptedAndPartialWrites() throws {
        for seed in UInt64(1)...40 {
            let node = Node(SimulatedMachine(unit: 512, seed: seed))
            _ = node.machine.mkdir("/data", 0o700)
            node.machine.settle()
            node.machine.isInterrupting = true
            try node.start()
            #expect(work(node) == 0)
            try node.check()
        }
    }
}
