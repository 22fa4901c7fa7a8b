internal import JSON

/// What a provider says of itself (OpenID Connect Discovery section 3), as far as it is used, and only where it agrees
/// with the settings: another issuer, a host that was not named, or no PKCE, and nothing of it is believed.
package struct ProviderMetadata: Equatable, Sendable {
    package let authorization: Endpoint
    package let token: Endpoint
    package let keys: Endpoint
    /// The provider puts `iss` into its answers (RFC 9207 section 3): one without it is then refused.
    package let sendsIssuer: Bool

    /// LIMIT: of the document, in bytes.
    package static let maximumLength = 65_536

    package init(_ document: [UInt8], of provider: IdentityProvider) throws(AuthenticationError) {
        guard document.count <= ProviderMetadata.maximumLength else { throw .malformed(field: "metadata") }
        var parser = JSONParser()
        guard let root = (try? parser.parse(document))?.root, root.kind == .object else {
            throw .malformed(field: "metadata")
        }
        guard root["issuer"]?.string == provider.issuer else { throw .wrongIssuer }
        guard let own = Endpoint(provider.issuer) else { throw .metadata(field: "issuer") }
        authorization = try ProviderMetadata.endpoint(root, "authorization_endpoint", own, provider)
        token = try ProviderMetadata.endpoint(root, "token_endpoint", own, provider)
        keys = try ProviderMetadata.endpoint(root, "jwks_uri", own, provider)
        sendsIssuer = root["authorization_response_iss_parameter_supported"]?.boolean ?? false
        // Absent means that the provider does not say; then it is asked all the same, and PKCE is sent.
        if let methods = root["code_challenge_methods_supported"] {
            guard methods.elements.contains(where: { $0.reads(as: "S256") }) else {
                throw .metadata(field: "code_challenge_methods_supported")
            }
        }
        guard let types = root["response_types_supported"], types.elements.contains(where: { $0.reads(as: "code") })
        else { throw .metadata(field: "response_types_supported") }
    }

    private static func endpoint(
        _ root: JSONValue, _ name: StaticString, _ own: Endpoint, _ provider: IdentityProvider
    ) throws(AuthenticationError) -> Endpoint {
        guard let text = root[name]?.string, let endpoint = Endpoint(text),
            !endpoint.isPlain || provider.allowsPlainHTTP,
            endpoint.host == own.host || provider.otherHosts.contains(endpoint.host)
        else { throw .metadata(field: name) }
        return endpoint
    }
}
