package enum CryptoError: Error, Equatable, Sendable {
    /// The library refused or failed; `operation` is the name of ours.
    case failed(operation: StaticString)
    /// A tag, a wrap or a signature that does not belong to these bytes and this key.
    case notAuthentic
    /// A key or nonce of the wrong length.
    case wrongLength(expected: Int, found: Int)
    /// A public key of a kind, size or form that nothing here verifies with.
    case unusableKey(reason: StaticString)

    package static func == (left: CryptoError, right: CryptoError) -> Bool {
        switch (left, right) {
        case (.failed(let a), .failed(let b)): a.description == b.description
        case (.notAuthentic, .notAuthentic): true
        case (.wrongLength(let a, let b), .wrongLength(let c, let d)): a == c && b == d
        case (.unusableKey(let a), .unusableKey(let b)): a.description == b.description
        default: false
        }
    }
}
