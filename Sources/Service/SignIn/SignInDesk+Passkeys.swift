package import Authentication
internal import CBOR
package import Crypto

extension SignInDesk {
    /// What the browser is asked to sign, and what it carries meanwhile.
    package struct Ceremony: Sendable {
        package let challenge: [UInt8]
        package let ticket: String
    }

    package func begin(_ subject: PasskeyChallenge.Subject) throws(SignInError) -> Ceremony {
        let nonce = SHA256.digest(random(32))
        let content = CBOR.array([.bytes(nonce.bytes), .bytes(PasskeyChallenge.bytes(subject, nonce: nonce))])
        let purpose: Ticket.Purpose = subject == .registration ? .passkeyRegistration : .passkeyAssertion
        return Ceremony(
            challenge: PasskeyChallenge.bytes(subject, nonce: nonce), ticket: try seal(content, purpose))
    }

    /// A new passkey for an account that is signed in, or has just been made.
    package func register(
        _ registration: Passkey.Registration, ticket: String, userHandle: [UInt8], from source: SourceNetwork
    ) throws(SignInError) -> Passkey {
        let opened = try end(ticket, .passkeyRegistration, from: source)
        let (challenge, _) = try challenge(of: opened, .registration)
        do throws(AuthenticationError) {
            return try Passkey(
                registration, challenge: challenge, userHandle: userHandle, at: settings.party, now: now())
        } catch {
            throw .refused(error)
        }
    }

    /// Signs in; `passkey` is what the store has under the assertion's credential, and is to be stored again.
    package func signIn(
        _ account: String, with assertion: Passkey.Assertion, of passkey: inout Passkey, ticket: String,
        from source: SourceNetwork
    ) throws(SignInError) -> SignedIn {
        _ = try verify(assertion, of: &passkey, for: .signIn, ticket: ticket, from: source)
        return SignedIn(account, by: .passkey, at: now())
    }

    /// The holder's signature over an act: the nonce, which whoever keeps the signature keeps with it.
    package func sign(
        actWith digest: Digest, _ assertion: Passkey.Assertion, of passkey: inout Passkey, ticket: String,
        from source: SourceNetwork
    ) throws(SignInError) -> Digest {
        try verify(assertion, of: &passkey, for: .act(digest: digest), ticket: ticket, from: source)
    }

    private func verify(
        _ assertion: Passkey.Assertion, of passkey: inout Passkey, for subject: PasskeyChallenge.Subject,
        ticket: String, from source: SourceNetwork
    ) throws(SignInError) -> Digest {
        let opened = try end(ticket, .passkeyAssertion, from: source)
        let (challenge, nonce) = try challenge(of: opened, subject)
        do throws(AuthenticationError) {
            try passkey.verify(assertion, challenge: challenge, at: settings.party)
        } catch {
            throw .refused(error)
        }
        return nonce
    }

    /// The ticket holds the nonce; what was to be signed is computed anew from what is to be done now.
    private func challenge(
        of ticket: Ticket, _ subject: PasskeyChallenge.Subject
    ) throws(SignInError) -> ([UInt8], Digest) {
        guard let parts = ticket.content.asArray, let nonce = parts.first?.asBytes.flatMap({ Digest($0) }),
            let begun = parts.last?.asBytes
        else { throw .refused(.unknownTicket) }
        let challenge = PasskeyChallenge.bytes(subject, nonce: nonce)
        // A ticket for another act: its signature is over other content.
        guard challenge == begun else { throw .refused(.wrongChallenge) }
        return (challenge, nonce)
    }
}
