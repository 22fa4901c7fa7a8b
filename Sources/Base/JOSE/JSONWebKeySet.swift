package import Crypto
internal import JSON

/// The keys of one issuer (RFC 7517 section 5).
package struct JSONWebKeySet: Sendable {
    package let keys: [JSONWebKey]

    /// LIMIT: of the document, in bytes.
    package static let maximumLength = 65_536
    /// LIMIT: keys of one issuer, those that are passed over counted.
    package static let maximumKeys = 64

    /// - Precondition: no two keys that suit one algorithm have the same id.
    package init(_ keys: [JSONWebKey]) { self.keys = keys }

    package init(_ document: [UInt8]) throws(JOSEError) {
        guard document.count <= JSONWebKeySet.maximumLength else {
            throw .tooLong(maximum: JSONWebKeySet.maximumLength)
        }
        let root = try JSONObject.parse(document, part: .keySet)
        guard let list = root["keys"], list.kind == .array else { throw .badMember(name: "keys") }
        var keys: [JSONWebKey] = []
        var count = 0
        for value in list.elements {
            count += 1
            guard count <= JSONWebKeySet.maximumKeys else { throw .tooManyKeys(maximum: JSONWebKeySet.maximumKeys) }
            guard value.kind == .object else { throw .badMember(name: "keys") }
            guard let key = try JSONWebKey(value) else { continue }
            let hasTwin = keys.contains { twin in
                twin.id == key.id && SignatureAlgorithm.allCases.contains { twin.suits($0) && key.suits($0) }
            }
            // Keys without an id are told apart by nothing, and `select` refuses to choose among them.
            if hasTwin, key.id != nil { throw .duplicateKeyID }
            keys.append(key)
        }
        self.keys = keys
    }

    /// The one key for a token's `kid` and algorithm. Without a `kid` it must be the only one that suits.
    package func select(id: String?, _ algorithm: SignatureAlgorithm) -> JSONWebKey? {
        let suitable = keys.filter { $0.suits(algorithm) && (id == nil || $0.id == id) }
        return suitable.count == 1 ? suitable[0] : nil
    }
}
