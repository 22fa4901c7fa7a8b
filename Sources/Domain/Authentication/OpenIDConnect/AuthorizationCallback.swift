internal import Bytes

/// What a provider sends the browser back with (OpenID Connect Core section 3.1.2.5, RFC 9207 section 2).
package struct AuthorizationCallback: Sendable {
    package let code: String

    /// LIMIT: of a code, in bytes.
    package static let maximumCodeLength = 4096

    /// - Parameter query: without its question mark.
    package init(
        query: some StringProtocol, answering attempt: SignInAttempt, from metadata: ProviderMetadata
    ) throws(AuthenticationError) {
        let fields = try FormFields(query)
        guard let state = try fields.value("state"), ConstantTime.equal(Array(state.utf8), Array(attempt.state.utf8))
        else { throw .stateMismatch }
        // Before anything else of it is believed: another provider's answer, mixed up or substituted (RFC 9207).
        if let issuer = try fields.value("iss") {
            guard issuer == attempt.issuer else { throw .wrongIssuer }
        } else if metadata.sendsIssuer {
            throw .wrongIssuer
        }
        if let error = try fields.value("error") {
            throw .refusedByProvider(code: AuthorizationCallback.known(error))
        }
        guard let code = try fields.value("code"),
            (1...AuthorizationCallback.maximumCodeLength).contains(code.utf8.count)
        else { throw .malformed(field: "code") }
        self.code = code
    }

    /// The provider's word when it is one of the standards' (RFC 6749 section 4.1.2.1, OpenID Connect Core section
    /// 3.1.2.6); anything else came through the browser and is not repeated.
    static func known(_ error: String) -> String {
        let words: Set<String> = [
            "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
            "server_error", "temporarily_unavailable", "interaction_required", "login_required",
            "account_selection_required", "consent_required", "invalid_request_uri", "invalid_request_object",
            "request_not_supported", "request_uri_not_supported", "registration_not_supported", "invalid_client",
            "invalid_grant", "unsupported_grant_type",
        ]
        return words.contains(error) ? error : "an unknown error"
    }
}
