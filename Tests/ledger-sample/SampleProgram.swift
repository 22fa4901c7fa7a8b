internal import Bytes
internal import CBOR
internal import Crypto
internal import Files
internal import Ledger
internal import LedgerTestKit
internal import MerkleLog
internal import Vocabulary

/// Writes ledgers and tree vectors from a seed, for verifiers and readers in other languages. Test support: never
/// shipped.
@main
enum SampleProgram {
    static let usage = """
        usage: ledger-sample ledger DIR SEED EXCHANGES [RUNS [SEGMENT-SIZE]]
               ledger-sample tree FILE SEED
        """

    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            print("ledger-sample: \(error)\n" + usage)
            fatal()
        }
    }

    private static func fatal() -> Never { preconditionFailure("ledger-sample could not do its work") }

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    private static func run(_ words: [String]) throws {
        let numbers = words.dropFirst(2).map { Int($0) }
        switch (words.first, words.count) {
        case ("ledger", 4...6):
            guard numbers.allSatisfy({ $0 != nil }), let seed = numbers[0], let exchanges = numbers[1] else {
                throw Wrong(description: "SEED and what follows must be numbers")
            }
            let runs = numbers.count > 2 ? numbers[2] ?? 1 : 1
            let size = numbers.count > 3 ? numbers[3] ?? 65_536 : 65_536
            guard let geometry = SegmentGeometry(size: size) else { throw Wrong(description: "bad SEGMENT-SIZE") }
            try SampleLedger(words[1], seed: UInt64(seed), geometry: geometry).write(exchanges: exchanges, runs: runs)
        case ("tree", 3):
            guard let seed = numbers[0] else { throw Wrong(description: "SEED must be a number") }
            try write(SampleTree.vectors(seed: UInt64(seed)).encoded(), to: words[1])
        default: throw Wrong(description: "wrong use")
        }
    }

    static func write(_ bytes: [UInt8], to path: String, permissions: UInt32 = 0o644) throws {
        let file = try File(path, .replace(permissions: permissions))
        try file.write(bytes, at: 0)
    }
}
