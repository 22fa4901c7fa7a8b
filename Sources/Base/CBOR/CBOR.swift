/// A data item of deterministic CBOR (RFC 8949 section 4.2.1), in the subset that records, decision inputs and bundles
/// use: one byte string for each value, so that equal values have equal digests and what is signed can be rebuilt.
///
///     integers     shortest form (majors 0 and 1)
///     byte, text   definite length (majors 2 and 3), text in valid UTF-8
///     array        definite length (major 4)
///     map          definite length (major 5), text keys, sorted by the bytes of their encodings, each once
///     simple       false 0xF4, true 0xF5, null 0xF6
///
/// No tag, no floating point number, no `undefined`, no indefinite length: the decoder refuses them.
package enum CBOR: Sendable {
    case unsigned(UInt64)
    /// `negative(n)` is the number -1 - n.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    /// In any order here; sorted when encoded.
    case map([(String, CBOR)])
    case bool(Bool)
    case null

    /// LIMIT: items nest at most this deep, in both directions. A scalar has depth 1.
    package static let maximumDepth = 64
}

extension CBOR: Equatable {
    /// Equal values have equal encodings. Texts are compared by their bytes: two spellings of one accented letter,
    /// which Swift's `String` takes for equal, are two values. Maps are compared without regard to the order of their
    /// pairs.
    package static func == (left: CBOR, right: CBOR) -> Bool {
        switch (left, right) {
        case (.unsigned(let a), .unsigned(let b)): a == b
        case (.negative(let a), .negative(let b)): a == b
        case (.bytes(let a), .bytes(let b)): a == b
        case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
        case (.array(let a), .array(let b)): a == b
        case (.map(let a), .map(let b)):
            a.count == b.count
                && zip(sorted(a), sorted(b)).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        default: false
        }
    }
}
