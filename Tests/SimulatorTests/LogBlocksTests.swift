// Proves that blocks keep every byte in order however they fill, are handed out once, and are used again.
import Testing

@testable import Simulator

struct LogBlocksTests {
    @Test func nothingIsLostOrTwice() {
        var blocks = LogBlocks()
        var generator = Generator(state: 3)
        var expected: [UInt8] = []
        var written: [UInt8] = []
        for round in 0..<400 {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: Int(generator.next() % 60_000))
            expected += piece
            #expect(blocks.append { $0 += piece } == piece.count)
            if generator.next().isMultiple(of: 7) {
                let taken = blocks.take()
                written += taken.joined()
                #expect(blocks.count == 0 && !blocks.hasFullBlock && blocks.take().isEmpty)
                blocks.giveBack(taken)
            }
            #expect(blocks.count == expected.count - written.count)
        }
        written += blocks.take().joined()
        #expect(written == expected)
    }

    @Test func aBlockIsFullAtOneMebibyte() {
        var blocks = LogBlocks()
        _ = blocks.append { $0 += [UInt8](repeating: 1, count: (1 << 20) - 1) }
        #expect(!blocks.hasFullBlock)
        _ = blocks.append { $0.append(1) }
        #expect(blocks.hasFullBlock && blocks.count == 1 << 20)
        _ = blocks.append { $0.append(2) }
        #expect(blocks.take().map { $0.count } == [1 << 20, 1])
    }
}
