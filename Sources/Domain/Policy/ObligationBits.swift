/// Which of a policy's obligations apply; inline, so that an allowed call costs no memory for it.
struct ObligationBits: Hashable, Sendable {
    /// LIMIT: rules of a bundle that oblige.
    static let capacity = 256

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    mutating func insert(_ index: Int) {
        let bit: UInt64 = 1 << UInt64(index % 64)
        switch index / 64 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    /// Rising.
    var indices: [Int] {
        var indices: [Int] = []
        for (base, word) in [words.0, words.1, words.2, words.3].enumerated() {
            var rest = word
            while rest != 0 {
                indices.append(base * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return indices
    }

    static func == (left: ObligationBits, right: ObligationBits) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
