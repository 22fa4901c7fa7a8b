package enum MerkleLogError: Error, Equatable, Sendable {
    case notACheckpoint(problem: StaticText)
    case notANote(problem: StaticText)
    case notAVerifierKey(problem: StaticText)
    /// A key that we know, with a signature that is not its own: the whole note counts for nothing.
    case badSignature(keyName: String)
    /// None of the known keys signed the note.
    case unsigned
    case signingFailed

    /// Text from our own source, so that an error never carries what was read.
    package struct StaticText: ExpressibleByStringLiteral, Equatable, Sendable, CustomStringConvertible {
        package let description: String
        package init(stringLiteral value: StaticString) { description = value.description }
    }
}

extension MerkleLogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notACheckpoint(let problem): "this is no checkpoint: \(problem)"
        case .notANote(let problem): "this is no signed note: \(problem)"
        case .notAVerifierKey(let problem): "this is no verifier key: \(problem)"
        case .badSignature(let keyName): "the signature by \(keyName) does not belong to this note"
        case .unsigned: "no known key has signed this note"
        case .signingFailed: "the note could not be signed: the cryptographic library failed"
        }
    }
}
