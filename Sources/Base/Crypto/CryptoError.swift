package enum CryptoError: Error, Equatable, Sendable {
    /// The library refused or failed; `operation` is the name of ours.
    case failed(operation: StaticString)
    /// A tag, a wrap or a signature that does not belong to these bytes and this key.
    case notAuthentic
    /// A key or nonce of the wrong length.
    case wrongLength(expected: Int, found: Int)

    package static func == (left: CryptoError, right: CryptoError) -> Bool {
        switch (left, right) {
        case (.failed(let a), .failed(let b)): a.description == b.description
        case (.notAuthentic, .notAuthentic): true
        case (.wrongLength(let a, let b), .wrongLength(let c, let d)): a == c && b == d
        default: false
        }
    }
}
