internal import CBOR
internal import JSON
package import Policy

extension Explanation {
    /// The tree as one JSON object.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.write(tree)
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ item: CBOR) {
        switch item {
        case .unsigned(let number): integer(number)
        case .negative(let number): integer(-1 - Int64(clamping: number))
        case .text(let text): string(text)
        case .bool(let value): boolean(value)
        case .null: null()
        case .array(let items): array { writer in for item in items { writer.write(item) } }
        case .map(let pairs):
            object { writer in
                for (key, value) in pairs {
                    writer.key(key)
                    writer.write(value)
                }
            }
        // An explanation holds none.
        case .bytes: null()
        }
    }
}
