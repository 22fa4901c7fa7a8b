extension CBOR {
    /// The one deterministic encoding.
    /// - Precondition: no map holds a key twice, and nothing nests deeper than `maximumDepth`.
    package func encoded() -> [UInt8] {
        var writer = CBORWriter()
        writer.append(self)
        return writer.finish()
    }

    /// The pairs of a map in the order of their encoded keys, which is: shorter keys first, then byte by byte.
    static func sorted(_ pairs: [(String, CBOR)]) -> [(key: [UInt8], value: CBOR)] {
        pairs.map { (key: Array($0.0.utf8), value: $0.1) }.sorted { precedes($0.key, $1.key) }
    }

    /// The head of a text holds its length before its bytes, so a bytewise comparison of encodings sees the length
    /// first.
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }
}

extension CBORWriter {
    package mutating func append(_ item: CBOR) { append(item, depth: 1) }

    private mutating func append(_ item: CBOR, depth: Int) {
        precondition(depth <= CBOR.maximumDepth, "a data item nests too deep to be read again")
        switch item {
        case .unsigned(let number): unsigned(number)
        case .negative(let number): negative(number)
        case .bytes(let bytes): self.bytes(bytes)
        case .text(let text): self.text(text)
        case .array(let items):
            array(count: items.count)
            for item in items { append(item, depth: depth + 1) }
        case .map(let pairs):
            map(count: pairs.count)
            var previous: [UInt8]?
            for pair in CBOR.sorted(pairs) {
                precondition(previous != pair.key, "a key stands twice in one map")
                text(utf8: pair.key)
                append(pair.value, depth: depth + 1)
                previous = pair.key
            }
        case .bool(let value): bool(value)
        case .null: null()
        }
    }
}
