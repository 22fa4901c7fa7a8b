package import Bytes

/// The key that a caller presents, in either protocol's header. Two headers that differ are refused: which of the two a
/// proxy, a log and a rule would believe is anybody's guess.
package enum CallerCredential {
    /// LIMIT: bytes of a key.
    private static let lengthLimit = 512

    /// Nil when the request carries no key.
    package static func read(_ head: some HeaderLookup) throws(DialectError) -> SecretBytes? {
        guard head.count(of: "authorization") <= 1 else { throw .repeatedHeader(name: "authorization") }
        guard head.count(of: "x-api-key") <= 1 else { throw .repeatedHeader(name: "x-api-key") }
        let bearer = try head.value(of: "authorization").map { (value) throws(DialectError) in try token(value) }
        let key = head.value(of: "x-api-key")
        if let bearer, let key, bearer != key { throw .conflictingCredentials }
        guard let credential = bearer ?? key, !credential.isEmpty else { return nil }
        guard credential.utf8.count <= lengthLimit else { throw .malformedAuthorization }
        return SecretBytes(Array(credential.utf8))
    }

    /// RFC 6750 section 2.1; the scheme is read without regard to case (RFC 9110 section 11.1).
    private static func token(_ value: String) throws(DialectError) -> String {
        let parts = value.utf8.split(separator: 0x20, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].count == 6, String(parts[0])?.lowercased() == "bearer",
            let token = String(parts[1])
        else { throw .malformedAuthorization }
        return token
    }
}
