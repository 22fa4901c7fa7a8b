internal import Bytes
internal import CBOR
internal import Crypto
internal import Vocabulary

/// LIMIT: bytes of a reason, a purpose or another sentence of an act: 2,000 characters of four.
private let longestSentence = 8000
/// LIMIT: persons, entities, models or references that one act names.
private let longestList = 1000

// How the contents of acts are written.
extension CBOR {
    static func digest(_ digest: Digest) -> CBOR { .text(digest.hexadecimal) }
    static func ids<Kind>(_ ids: [Identifier<Kind>]) -> CBOR { .array(ids.map { .text($0.text) }) }

    /// The ends of time have no date; their numbers keep them apart, and do not read back.
    static func instant(_ instant: Instant) -> CBOR {
        .text(
            instant == .distantPast || instant == .distantFuture ? "\(instant.nanoseconds)" : instant.description)
    }
}

extension [(String, CBOR)] {
    static func optional(_ key: String, _ text: String?) -> [(String, CBOR)] { text.map { [(key, .text($0))] } ?? [] }
}

// How they are read.
extension CBORFields {
    mutating func id<Kind>(_ key: String) throws(CBORFieldError) -> Identifier<Kind> {
        try value(key, "the id of a \(Kind.noun)") { Identifier($0) }
    }

    mutating func optionalID<Kind>(_ key: String) throws(CBORFieldError) -> Identifier<Kind>? {
        try optional(key, "the id of a \(Kind.noun)") { Identifier($0) }
    }

    mutating func ids<Kind>(_ key: String) throws(CBORFieldError) -> [Identifier<Kind>] {
        try list(key, "ids of a \(Kind.noun)") { Identifier($0) }
    }

    mutating func list<Value>(
        _ key: String, _ expected: String, _ read: (String) -> Value?
    ) throws(CBORFieldError) -> [Value] {
        let list = try values(key, expected, read)
        guard list.count <= longestList else {
            throw CBORFieldError(path: path(of: key), expected: "at most \(longestList) entries")
        }
        return list
    }

    mutating func digest(_ key: String) throws(CBORFieldError) -> Digest {
        try value(key, "64 hexadecimal digits") { Hex.decode($0).flatMap { Digest($0) } }
    }

    mutating func bundle(_ key: String) throws(CBORFieldError) -> BundleHash {
        try value(key, "64 hexadecimal digits") { Hex.decode($0).flatMap { BundleHash($0) } }
    }

    mutating func instant(_ key: String) throws(CBORFieldError) -> Instant {
        try value(key, "a time such as 2026-10-06T02:00:00Z") { Instant($0) }
    }

    /// A text that says something.
    mutating func sentence(_ key: String) throws(CBORFieldError) -> String {
        let text = try text(key)
        guard !text.utf8.allSatisfy({ $0 <= 0x20 }), text.utf8.count <= longestSentence else {
            throw CBORFieldError(path: path(of: key), expected: "a text of 1 to \(longestSentence) bytes")
        }
        return text
    }
}
