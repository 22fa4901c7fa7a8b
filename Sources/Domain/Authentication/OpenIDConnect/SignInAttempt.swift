internal import Bytes
package import CBOR
internal import Crypto
package import Vocabulary

/// One sign-in at a provider, from the redirect to the callback. The browser carries it, sealed, in a cookie of its
/// own, so that a callback in another browser finds no attempt (RFC 6749 section 10.12).
package struct SignInAttempt: Equatable, Sendable {
    package enum Purpose: Equatable, Sendable {
        case signIn
        /// Somebody who is signed in shows again that it is they; the account that must come back.
        case again(account: String)
    }

    package let issuer: String
    package let state: String
    package let nonce: String
    /// RFC 7636 section 4.1: 43 characters from 32 bytes.
    package let verifier: String
    package let purpose: Purpose
    /// Where the browser goes afterwards: a path of this installation.
    package let returnPath: String
    package let begun: Instant

    /// Random bytes that an attempt takes.
    package static let randomLength = 96

    package init(
        at provider: IdentityProvider, _ purpose: Purpose, returnPath: String, random: [UInt8], now: Instant
    ) throws(AuthenticationError) {
        precondition(random.count == SignInAttempt.randomLength, "an attempt takes 96 random bytes")
        guard SignInAttempt.isOwnPath(returnPath) else { throw .malformed(field: "return") }
        issuer = provider.issuer
        state = Base64.encodeURL(Array(random[..<32]))
        nonce = Base64.encodeURL(Array(random[32..<64]))
        verifier = Base64.encodeURL(Array(random[64...]))
        self.purpose = purpose
        self.returnPath = returnPath
        begun = now
    }

    /// `/…` and nothing that a browser takes for another host (`//`, `/\`) or a header's end.
    package static func isOwnPath(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        return (1...512).contains(bytes.count) && bytes[0] == UInt8(ascii: "/")
            && (bytes.count == 1 || bytes[1] != UInt8(ascii: "/"))
            && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
    }

    /// RFC 7636 section 4.2.
    package var challenge: String { Base64.encodeURL(SHA256.digest(Array(verifier.utf8)).bytes) }

    /// Where the browser is sent (OpenID Connect Core section 3.1.2.1).
    package func url(at provider: IdentityProvider, _ metadata: ProviderMetadata) -> String {
        var fields: [(String, String)] = [
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", provider.redirectURI),
            ("scope", provider.scopes.joined(separator: " ")), ("state", state), ("nonce", nonce),
            ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        if case .again = purpose {
            fields += [("prompt", "login"), ("max_age", "0")]
        } else if let age = provider.maximumAgeSeconds {
            fields.append(("max_age", "\(age)"))
        }
        let separator = metadata.authorization.text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return metadata.authorization.text + separator + FormFields.encode(fields)
    }

    /// What is posted to the token endpoint (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    package func tokenRequest(code: String, at provider: IdentityProvider) -> [(String, String)] {
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", provider.redirectURI),
            ("client_id", provider.clientID), ("code_verifier", verifier),
        ]
    }

    // MARK: As a ticket's content

    package var cbor: CBOR {
        let account: CBOR =
            switch purpose {
            case .signIn: .null
            case .again(let account): .text(account)
            }
        return .array([
            .text(issuer), .text(state), .text(nonce), .text(verifier), account, .text(returnPath),
            .integer(begun.nanoseconds),
        ])
    }

    package init(_ item: CBOR) throws(AuthenticationError) {
        guard let parts = item.asArray, parts.count == 7, let issuer = parts[0].asText, let state = parts[1].asText,
            let nonce = parts[2].asText, let verifier = parts[3].asText, let path = parts[5].asText,
            let begun = parts[6].asInteger
        else { throw .unknownTicket }
        self.issuer = issuer
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        purpose = parts[4].asText.map { .again(account: $0) } ?? .signIn
        returnPath = path
        self.begun = Instant(nanoseconds: begun)
    }
}
