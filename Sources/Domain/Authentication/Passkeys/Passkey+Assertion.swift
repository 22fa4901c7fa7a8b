internal import Bytes
internal import Crypto

extension Passkey {
    /// What a browser returns from `navigator.credentials.get`.
    package struct Assertion: Sendable {
        package var credentialID: [UInt8]
        package var clientData: [UInt8]
        package var authenticatorData: [UInt8]
        package var signature: [UInt8]
        /// Absent where the browser was given the credentials to choose from.
        package var userHandle: [UInt8]?

        package init(
            credentialID: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8],
            userHandle: [UInt8]?
        ) {
            self.credentialID = credentialID
            self.clientData = clientData
            self.authenticatorData = authenticatorData
            self.signature = signature
            self.userHandle = userHandle
        }
    }

    /// LIMIT: of a signature, in bytes: RSA of 4096 bits.
    package static let maximumSignatureLength = 512

    /// The holder's answer to a challenge (WebAuthn level 2 section 7.2); counter and backup are brought up to date.
    ///
    /// The signature, client data and authenticator data are worth keeping: with the public key they prove by
    /// themselves what was agreed to (`PasskeyChallenge`).
    /// - Parameter challenge: `PasskeyChallenge.bytes(.signIn, …)` or of the act that is signed.
    package mutating func verify(
        _ assertion: Assertion, challenge: [UInt8], at party: RelyingParty
    ) throws(AuthenticationError) {
        guard assertion.credentialID == id else { throw .unknownCredential }
        if let handle = assertion.userHandle {
            guard ConstantTime.equal(handle, userHandle) else { throw .wrongUser }
        }
        let client = try ClientData(assertion.clientData, .get, challenge: challenge, party)
        let data = try AuthenticatorData(assertion.authenticatorData)
        try data.check(party)
        guard assertion.signature.count <= Passkey.maximumSignatureLength,
            key.verify(
                assertion.signature, over: assertion.authenticatorData + client.digest.bytes, algorithm, ecdsa: .der)
        else { throw .badSignature }
        guard data.canBeBackedUp == canBeBackedUp else { throw .backupStateChanged }
        // Both zero: an authenticator without a counter, as passkeys that are synchronised are.
        guard data.counter > counter || data.counter == 0 && counter == 0 else { throw .counterWentBack }
        counter = data.counter
        isBackedUp = data.isBackedUp
    }
}
