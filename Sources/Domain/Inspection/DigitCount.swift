/// The first question to a text, and for most the last: are there digits enough?
enum DigitCount {
    private static let blockSize = 4096

    /// Whether at least `least` characters may be digits, in any spelling that `Folding` knows. Escapes and entities of
    /// digits hold ASCII digits themselves.
    static func reaches(_ least: Int, in text: UnsafeRawBufferPointer) -> Bool {
        var found = 0
        var isASCII = true
        var start = 0
        while start < text.count {
            let block = UnsafeRawBufferPointer(rebasing: text[start..<min(start + blockSize, text.count)])
            found += count(block, &isASCII)
            if found >= least { return true }
            start += blockSize
        }
        if isASCII { return false }
        for index in text.indices where isLead(text[index]) && begins(text, index) {
            found += 1
            if found >= least { return true }
        }
        return false
    }

    /// ASCII digits, eight bytes at a time: a byte less `0` is below ten exactly when adding 0x76 to its low seven bits
    /// leaves the high bit clear, and it had none.
    private static func count(_ block: UnsafeRawBufferPointer, _ isASCII: inout Bool) -> Int {
        let high: UInt64 = 0x8080_8080_8080_8080
        var total = 0
        var seen: UInt64 = 0
        var offset = 0
        while offset + 8 <= block.count {
            let bytes = block.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0x3030_3030_3030_3030
            seen |= bytes
            let others = ((bytes & ~high) &+ 0x7676_7676_7676_7676 | bytes) & high
            total &+= 8 &- others.nonzeroBitCount
            offset += 8
        }
        for byte in block[offset...] {
            seen |= UInt64(byte)
            if byte &- 0x30 < 10 { total += 1 }
        }
        isASCII = isASCII && seen & high == 0
        return total
    }

    /// A byte that may begin a digit which is not ASCII.
    private static func isLead(_ byte: UInt8) -> Bool { leads[Int(byte)] }

    private static let leads: [Bool] = (0...255).map {
        [0xC2, 0xD9, 0xDB, 0xDF, 0xE0, 0xE1, 0xE2, 0xEA, 0xEF, 0xF0].contains($0)
    }

    private static func begins(_ text: UnsafeRawBufferPointer, _ index: Int) -> Bool {
        guard let folded = Folding.fold(SourceCharacter(text, at: index).scalar) else { return false }
        return (0x30...0x39).contains(folded)
    }
}
