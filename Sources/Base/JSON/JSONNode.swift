/// One value or key of a scanned document, in the order of the bytes: a container before its members, a key before its
/// value. Sixteen bytes, no pointers, so that a document is one allocation.
package struct JSONNode: Equatable, Sendable {
    package enum Kind: UInt8, Sendable {
        case object, array, key, string, number, `true`, `false`, null
    }

    package let kind: Kind
    /// The bytes of this key or string hold at least one backslash.
    package let hasEscapes: Bool
    /// Containers around it; 0 for the document's own value.
    package let depth: UInt16
    /// First byte; for a key or string the first after the opening quote.
    package let start: UInt32
    /// The byte after the last; for a key or string the closing quote.
    package internal(set) var end: UInt32
    /// Index of the node after this one and all it contains. 0 while a container is still open.
    package internal(set) var next: UInt32

    package var range: Range<Int> { Int(start)..<Int(end) }
    package var isContainer: Bool { kind == .object || kind == .array }
}
