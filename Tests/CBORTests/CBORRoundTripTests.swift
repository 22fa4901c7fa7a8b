// Proves that every value survives encoding, that whatever is accepted encodes to the same bytes, that damaged input
// never traps, and that the streaming writer writes what the tree writes.
import Testing

@testable import CBOR

/// SplitMix64: the same sequence on every machine, so a failing round is repeated by its seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

struct CBORRoundTripTests {
    private func item(_ generator: inout SeededGenerator, depth: Int) -> CBOR {
        let number = generator.next() >> UInt64.random(in: 0..<64, using: &generator)
        let length = Int.random(in: 0..<40, using: &generator)
        switch Int.random(in: 0..<(depth == 0 ? 6 : 8), using: &generator) {
        case 0: return .unsigned(number)
        case 1: return .negative(number)
        case 2: return .bytes((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
        case 3: return .text(text(length, &generator))
        case 4: return .bool(number & 1 == 0)
        case 5: return .null
        case 6: return .array((0..<length % 6).map { _ in item(&generator, depth: depth - 1) })
        default:
            var pairs: [(String, CBOR)] = []
            for position in 0..<length % 6 {
                pairs.append((text(length % 25, &generator) + String(position), item(&generator, depth: depth - 1)))
            }
            return .map(pairs)
        }
    }

    private func text(_ length: Int, _ generator: inout SeededGenerator) -> String {
        let letters: [Character] = ["a", "Z", "é", "水", "𐅑", "\"", " "]
        return String((0..<length).map { _ in letters.randomElement(using: &generator) ?? "a" })
    }

    @Test func randomItems() throws {
        for seed in UInt64(0)..<2_000 {
            var generator = SeededGenerator(state: seed)
            let item = item(&generator, depth: 5)
            let bytes = item.encoded()
            #expect(try CBOR.decode(bytes) == item, "seed \(seed)")
        }
    }

    @Test func whateverIsAcceptedIsDeterministic() throws {
        var accepted = 0
        for seed in UInt64(0)..<20_000 {
            var generator = SeededGenerator(state: seed)
            var bytes = item(&generator, depth: 3).encoded()
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[position] = UInt8.random(in: 0...255, using: &generator)
            if let item = try? CBOR.decode(bytes) {
                accepted += 1
                #expect(item.encoded() == bytes, "seed \(seed)")
            }
        }
        #expect(accepted > 1_000)
    }

    @Test func everyPrefixIsRefused() {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<200 {
            let bytes = item(&generator, depth: 4).encoded()
            for length in 0..<bytes.count {
                #expect(throws: CBORError.self) { try CBOR.decode(Array(bytes[..<length])) }
            }
        }
    }

    @Test func streamingEqualsTree() throws {
        var writer = CBORWriter()
        for round in 0..<2 {
            writer.map(count: 5)
            writer.text("n")
            writer.integer(-500)
            writer.text("ok")
            writer.bool(true)
            writer.text("raw")
            [UInt8](repeating: 9, count: 300).withUnsafeBytes { writer.bytes($0) }
            writer.text("list")
            writer.array(count: 2)
            writer.null()
            writer.text("水")
            writer.text("round")
            writer.unsigned(UInt64(round))
            let tree = CBOR.map([
                ("round", .unsigned(UInt64(round))), ("raw", .bytes([UInt8](repeating: 9, count: 300))),
                ("ok", .bool(true)), ("n", .integer(-500)), ("list", .array([.null, .text("水")])),
            ])
            #expect(writer.withBytes { Array($0) } == tree.encoded())
            writer.reset()
        }
        #expect(writer.count == 0)
    }
}
