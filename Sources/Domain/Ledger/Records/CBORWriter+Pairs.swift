internal import CBOR

// Records are written without building a tree: docs/formats/record.md gives their keys, which stand here in the order
// of their encodings.
extension CBORWriter {
    /// A map of so many pairs, and one for each of the others that is there.
    mutating func map<each Value>(count: Int, _ others: repeat (each Value)?) {
        var count = count
        for other in repeat each others { if other != nil { count += 1 } }
        map(count: count)
    }

    /// A pair, unless the value is nil.
    mutating func pair(_ key: StaticString, text value: String?) {
        guard let value else { return }
        text(key)
        text(value)
    }

    /// - Precondition: the value is not negative.
    mutating func pair(_ key: StaticString, unsigned value: Int) {
        text(key)
        unsigned(UInt64(value))
    }
}
