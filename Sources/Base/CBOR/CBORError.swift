/// Why bytes are not one deterministic data item; `offset` counts bytes from the start of the input.
package enum CBORError: Error, Equatable, Sendable {
    /// An item announces more than the input holds.
    case truncated(offset: Int)
    /// A number or length is written longer than it needs.
    case notShortest(offset: Int)
    case indefiniteLength(offset: Int)
    case tag(offset: Int)
    /// A floating point number, `undefined`, a reserved or an unassigned simple value.
    case unsupportedSimple(offset: Int)
    case invalidUTF8(offset: Int)
    case keyNotText(offset: Int)
    case keysNotSorted(offset: Int)
    case duplicateKey(offset: Int)
    case tooDeep(offset: Int)
    case trailingBytes(offset: Int)
}

extension CBORError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let offset): "byte \(offset): the item is longer than what is there"
        case .notShortest(let offset): "byte \(offset): a number or length is not in its shortest form"
        case .indefiniteLength(let offset): "byte \(offset): items of indefinite length are not deterministic"
        case .tag(let offset): "byte \(offset): tags are not allowed"
        case .unsupportedSimple(let offset): "byte \(offset): only false, true and null are allowed here"
        case .invalidUTF8(let offset): "byte \(offset): a text is not valid UTF-8"
        case .keyNotText(let offset): "byte \(offset): the key of a map must be a text"
        case .keysNotSorted(let offset): "byte \(offset): the keys of a map are not sorted"
        case .duplicateKey(let offset): "byte \(offset): a key stands twice in one map"
        case .tooDeep(let offset): "byte \(offset): items nest deeper than \(CBOR.maximumDepth)"
        case .trailingBytes(let offset): "byte \(offset): bytes follow the item"
        }
    }
}
