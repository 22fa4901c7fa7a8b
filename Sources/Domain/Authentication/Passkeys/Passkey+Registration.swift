internal import CBOR
internal import Crypto
package import Vocabulary

extension Passkey {
    /// What a browser returns from `navigator.credentials.create`.
    package struct Registration: Sendable {
        package var clientData: [UInt8]
        package var attestation: [UInt8]

        package init(clientData: [UInt8], attestation: [UInt8]) {
            self.clientData = clientData
            self.attestation = attestation
        }
    }

    /// LIMIT: of an attestation object, in bytes.
    package static let maximumAttestationLength = 8192

    /// A new passkey (WebAuthn level 2 section 7.1). Attestation is not asked for: `none`, or `packed` by the key
    /// itself, which proves that whoever sent the key has it. The caller refuses an id that is registered already.
    /// - Parameter challenge: `PasskeyChallenge.bytes(.registration, …)`.
    package init(
        _ registration: Registration, challenge: [UInt8], userHandle: [UInt8], at party: RelyingParty, now: Instant
    ) throws(AuthenticationError) {
        let client = try ClientData(registration.clientData, .create, challenge: challenge, party)
        guard registration.attestation.count <= Passkey.maximumAttestationLength,
            let object = try? CBOR.decode(registration.attestation), object.asMap?.count == 3,
            let format = object["fmt"]?.asText, let statement = object["attStmt"], statement.asMap != nil,
            let bytes = object["authData"]?.asBytes
        else { throw .malformed(field: "attestationObject") }
        let data = try AuthenticatorData(bytes)
        try data.check(party)
        guard let attested = data.attested else { throw .malformed(field: "attestedCredentialData") }
        guard party.algorithms.contains(attested.key.algorithm) else { throw .unsupportedKey }
        switch format {
        case "none":
            guard statement.asMap?.isEmpty == true else { throw .unsupportedAttestation }
        case "packed": try Passkey.checkSelf(statement, over: bytes + client.digest.bytes, attested.key)
        default: throw .unsupportedAttestation
        }
        self.init(
            id: attested.id, userHandle: userHandle, key: attested.key.key, algorithm: attested.key.algorithm,
            model: attested.model, counter: data.counter, canBeBackedUp: data.canBeBackedUp,
            isBackedUp: data.isBackedUp, created: now)
    }

    /// Self attestation (section 8.2): no certificates, the credential's own algorithm and signature.
    private static func checkSelf(
        _ statement: CBOR, over message: [UInt8], _ key: COSEKey
    ) throws(AuthenticationError) {
        guard statement.asMap?.count == 2, let algorithm = statement["alg"]?.asInteger,
            algorithm == key.algorithm.coseIdentifier, let signature = statement["sig"]?.asBytes
        else { throw .unsupportedAttestation }
        guard key.key.verify(signature, over: message, key.algorithm, ecdsa: .der) else { throw .badSignature }
    }
}

extension SignatureAlgorithm {
    /// RFC 9053 section 2, RFC 8812 section 2.
    package var coseIdentifier: Int64 {
        switch self {
        case .es256: -7
        case .edDSA: -8
        case .ps256: -37
        case .rs256: -257
        }
    }
}
