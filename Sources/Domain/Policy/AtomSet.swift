/// A set of atoms of one attribute, one bit each. Used while compiling; decisions work on the bare words.
struct AtomSet: Hashable {
    private(set) var words: [UInt64]

    init(wordCount: Int) { words = [UInt64](repeating: 0, count: wordCount) }

    /// All of the first `count` atoms.
    init(all count: Int) {
        words = [UInt64](repeating: 0, count: AtomSet.wordCount(count))
        for atom in 0..<count { insert(atom) }
    }

    static func wordCount(_ atoms: Int) -> Int { (atoms + 63) / 64 }

    mutating func insert(_ atom: Int) { words[atom / 64] |= 1 << UInt64(atom % 64) }
    func contains(_ atom: Int) -> Bool { words[atom / 64] & 1 << UInt64(atom % 64) != 0 }
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    func intersection(_ other: AtomSet) -> AtomSet {
        var result = self
        for index in words.indices { result.words[index] &= other.words[index] }
        return result
    }

    func subtracting(_ other: AtomSet) -> AtomSet {
        var result = self
        for index in words.indices { result.words[index] &= ~other.words[index] }
        return result
    }
}
