package import Crypto

/// Why a token or a key set is refused. Holds names of members and of algorithms that we know, never content.
package enum JOSEError: Error, Equatable, Sendable {
    case tooLong(maximum: Int)
    /// Not three parts of base64url between dots.
    case notCompact
    /// A part is no JSON object, holds a member twice, or is not UTF-8.
    case notAnObject(part: Part)
    /// A member is missing or of another kind.
    case badMember(name: StaticString)
    /// `alg` is none of those that the issuer is pinned to.
    case algorithmNotAccepted(accepted: [SignatureAlgorithm])
    /// The header brings its own key, or names where to get one.
    case keyInHeader(member: StaticString)
    /// The header demands extensions (`crit`), or compresses the payload.
    case unknownExtension(member: StaticString)
    /// `typ` says that this token is for something else.
    case otherType
    /// No key has this `kid`, or there is none and more than one key would do.
    case noKey
    case badSignature
    case tooManyKeys(maximum: Int)
    /// The set holds a private or a symmetric key: it was published by mistake, and nothing it says can be trusted.
    case privateKey
    case duplicateKeyID

    package enum Part: String, Sendable {
        case header
        case payload
        case keySet = "key set"
    }

    package static func == (left: JOSEError, right: JOSEError) -> Bool { left.description == right.description }
}

extension JOSEError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let maximum): "the token or key set is longer than \(maximum) bytes"
        case .notCompact: "the token is not three parts of base64url between dots"
        case .notAnObject(let part): "the \(part.rawValue) is not one JSON object with each member once"
        case .badMember(let name): "\(name) is missing or of another kind"
        case .algorithmNotAccepted(let accepted):
            "alg must be one of \(accepted.map(\.rawValue).joined(separator: ", "))"
        case .keyInHeader(let member): "the header must not carry \(member): keys come from the issuer's own set"
        case .unknownExtension(let member): "the header must not carry \(member)"
        case .otherType: "typ says that the token is for something else"
        case .noKey: "no known key of the issuer has this kid"
        case .badSignature: "the signature does not belong to these bytes and this key"
        case .tooManyKeys(let maximum): "the key set holds more than \(maximum) keys"
        case .privateKey: "the key set holds a private or symmetric key: have the issuer withdraw it"
        case .duplicateKeyID: "two keys of one kind have the same kid"
        }
    }
}
