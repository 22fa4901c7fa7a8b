internal import JSON

/// What the token endpoint answers (OpenID Connect Core section 3.1.3.3).
package struct TokenAnswer: Sendable {
    package let idToken: String
    /// For `at_hash` only; nothing is asked with it.
    package let accessToken: String?

    /// LIMIT: of the answer, in bytes.
    package static let maximumLength = 65_536

    package init(status: Int, _ body: [UInt8]) throws(AuthenticationError) {
        guard body.count <= TokenAnswer.maximumLength else { throw .malformed(field: "token answer") }
        var parser = JSONParser()
        let root = (try? parser.parse(body))?.root
        guard status == 200 else {
            throw .refusedByProvider(code: AuthorizationCallback.known(root?["error"]?.string ?? ""))
        }
        guard let root, root.kind == .object, let idToken = root["id_token"]?.string else {
            throw .malformed(field: "id_token")
        }
        guard let type = root["token_type"]?.string, type.lowercased() == "bearer" else {
            throw .malformed(field: "token_type")
        }
        self.idToken = idToken
        accessToken = root["access_token"]?.string
    }
}
