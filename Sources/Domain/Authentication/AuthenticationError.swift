package import JOSE

/// Why somebody is not who they say, as far as this can be told. Holds names of fields and settings, never a secret, a
/// token or what a person typed. For logs and records: to the one who asks, most of these are one answer.
package enum AuthenticationError: Error, Equatable, Sendable {
    // MARK: Tickets and callbacks
    /// A ticket of ours that was altered, is of another purpose, or of another run of the program.
    case unknownTicket
    case expired
    /// What may be used once was used before.
    case replayed
    /// More unexpired tokens are remembered than there is room for.
    case overloaded
    case malformed(field: StaticString)
    /// The provider answered with an error of its own; `code` is one of RFC 6749's or OpenID Connect's.
    case refusedByProvider(code: String)
    case stateMismatch

    // MARK: Providers and their tokens
    case metadata(field: StaticString)
    case token(JOSEError)
    case missingClaim(name: StaticString)
    case wrongIssuer
    case wrongAudience
    case wrongAuthorizedParty
    case notYetValid(claim: StaticString)
    /// Issued before it was asked for.
    case tokenTooOld
    case wrongNonce
    case accessTokenMismatch
    /// The person authenticated longer ago than is allowed for what they want to do.
    case authenticationTooOld
    case lifetimeTooLong(maximumSeconds: Int64)
    case wrongBody

    // MARK: Passkeys
    case wrongCeremony
    case wrongChallenge
    case wrongOrigin
    case wrongRelyingParty
    case userNotPresent
    case userNotVerified
    case unknownCredential
    case wrongUser
    case unsupportedKey
    case unsupportedAttestation
    case badSignature
    /// The authenticator's counter did not rise: there may be two of it (WebAuthn section 6.1.1).
    case counterWentBack
    case backupStateChanged

    /// Every case and value has a sentence of its own.
    package static func == (left: AuthenticationError, right: AuthenticationError) -> Bool {
        left.description == right.description
    }
}

extension AuthenticationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownTicket: "this step does not belong to a sign-in that was begun here; begin anew"
        case .expired: "it has expired; begin anew"
        case .replayed: "it was used before; begin anew"
        case .overloaded: "too many unexpired tokens are remembered; try again in a minute"
        case .malformed(let field): "\(field) is missing, given twice, too long or not in its form"
        case .refusedByProvider(let code): "the identity provider answered \(code)"
        case .stateMismatch: "state does not belong to this browser; begin anew"
        case .metadata(let field): "the provider's metadata: \(field) is missing or not allowed by the settings"
        case .token(let fault): fault.description
        case .missingClaim(let name): "the claim \(name) is missing"
        case .wrongIssuer: "iss is not the issuer that was asked"
        case .wrongAudience: "aud is not this installation alone"
        case .wrongAuthorizedParty: "azp is not this installation"
        case .notYetValid(let claim): "\(claim) lies in the future; compare the clocks"
        case .tokenTooOld: "iat lies before the sign-in was begun"
        case .wrongNonce: "nonce is not the one that was sent"
        case .accessTokenMismatch: "at_hash does not belong to the access token"
        case .authenticationTooOld: "the last authentication is too long ago; authenticate again"
        case .lifetimeTooLong(let maximum): "exp lies more than \(maximum) seconds ahead"
        case .wrongBody: "body_sha256 is not the digest of this request's body"
        case .wrongCeremony: "type is not that of this ceremony"
        case .wrongChallenge: "challenge is not the one that was sent"
        case .wrongOrigin: "origin is none of this installation"
        case .wrongRelyingParty: "the passkey is for another relying party"
        case .userNotPresent: "the authenticator did not see the person"
        case .userNotVerified: "the authenticator did not verify the person; use its PIN or biometrics"
        case .unknownCredential: "no such passkey"
        case .wrongUser: "the passkey is of another account"
        case .unsupportedKey: "the passkey's algorithm was not offered; use ES256, EdDSA or RS256"
        case .unsupportedAttestation: "the attestation is none of none and packed by itself; ask for none"
        case .badSignature: "the signature does not belong to this content and this key"
        case .counterWentBack: "the authenticator's counter did not rise: it may have been copied"
        case .backupStateChanged: "the passkey says that it can be backed up, or no longer can; register it anew"
        }
    }
}
