// Proves that whatever a stop leaves on the disk, nothing acknowledged is lost or altered, nothing is there twice, and
// no two published checkpoints contradict each other: all sequences of up to three operations on the product's own file
// effects, stopped at every system call, with subsets of what was not flushed; and sequences at random.
//
// PORTCULLIS_FIRE_STATES=1000000 asks for more disks. A violation names its sequence:
// PORTCULLIS_FIRE='512 small roll publish' runs that one alone, with every subset.
import Glibc
import LedgerTestKit
import Testing

struct CrashStateTests {
    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func report(_ campaign: Campaign) {
        for violation in campaign.violations.prefix(8) { Issue.record("\(violation)") }
        #expect(campaign.violations.count == 0)
    }

    /// The sequences are dealt out, so that tests running side by side share the work.
    @Test(arguments: [0, 1]) func everySequence(part: Int) throws {
        let wanted = Self.environment("PORTCULLIS_FIRE_STATES").flatMap { Int($0) }
        if let replay = Self.environment("PORTCULLIS_FIRE") { return try self.replay(replay) }
        let campaign = Campaign(
            unit: part == 0 ? 512 : 4096, limits: Campaign.Limits(disks: wanted == nil ? 6 : 256, again: 5),
            seed: UInt64(part) + 1)
        try campaign.run([], exploringFrom: 0)
        let sequences = Operation.sequences(upTo: 3)
        for (number, sequence) in sequences.enumerated()
        where wanted != nil || sequence.count < 3 || number % 2 == part {
            try campaign.run(sequence, exploringFrom: sequence.count - 1)
        }
        if let wanted { try random(campaign, until: wanted / 2, seed: UInt64(part)) }
        print("FIGURE crash states recovered, torn at \(campaign.unit) bytes: \(campaign.states)")
        Self.report(campaign)
        #expect(campaign.states > 10_000)
    }

    /// Full tiles, and the word that they are settled, which recovery relies on.
    @Test(arguments: [
        [Operation.fill, .publish], [.fill, .publish, .small, .publish], [.fill, .publish, .kill, .publish],
        [.fill, .publish, .fill, .publish],
    ])
    func settledTiles(sequence: [Operation]) throws {
        let campaign = Campaign(unit: 512, limits: Campaign.Limits(disks: 8, again: 9), seed: UInt64(sequence.count))
        try campaign.run(sequence, exploringFrom: sequence.count - 1)
        print("FIGURE crash states recovered, with full tiles: \(campaign.states)")
        Self.report(campaign)
        #expect(campaign.states > 20)
    }

    /// Longer sequences, stopped from a random operation on.
    private func random(_ campaign: Campaign, until wanted: Int, seed: UInt64) throws {
        var random = SeededRandom(seed &+ 99)
        while campaign.states < wanted {
            let sequence = (0..<4 + random.below(5)).compactMap { _ in Operation.usual.randomElement(using: &random)
            }
            try campaign.run(sequence, exploringFrom: random.below(sequence.count))
        }
    }

    private func replay(_ text: String) throws {
        let words = text.split(separator: " ").map(String.init)
        let unit = try #require(words.first.flatMap { Int($0) })
        let sequence = try words.dropFirst().map { try #require(Operation(rawValue: $0)) }
        let campaign = Campaign(unit: unit, limits: Campaign.Limits(disks: 1024, again: 1), seed: 1)
        try campaign.run(sequence, exploringFrom: 0)
        print("FIGURE crash states recovered: \(campaign.states)")
        Self.report(campaign)
    }

    /// The campaign would notice: a disk that only says it has flushed loses what was acknowledged.
    @Test func aLyingDiskIsCaught() throws {
        let machine = Node.machine(unit: 512)
        let node = Node(machine)
        try node.start()
        machine.ignoresFlushes = true
        for operation in [Operation.small, .batch, .publish] { try node.perform(operation) }
        let unflushed = machine.unflushed
        let mask = [Bool](repeating: false, count: unflushed.count)
        let found = node.successor(on: machine.stopped(unflushed, keeping: mask, seed: 1).machine)
        #expect(throws: (any Error).self) {
            try found.start()
            try found.check()
        }
    }
}
