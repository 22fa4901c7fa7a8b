// Proves that what Chromium's authenticator makes is taken as a passkey, and nothing that differs from it in one point.
import Bytes
import CBOR
import Crypto
import JOSETestKit
import Testing
import Vocabulary

@testable import Authentication

struct PasskeyRegistrationTests {
    private typealias Device = TestAuthenticator

    private func bytes(_ text: String) throws -> [UInt8] { try #require(Base64.decodeURL(text)) }

    private func register(_ registration: Passkey.Registration) throws -> Passkey {
        try Passkey(
            registration, challenge: Device.challenge, userHandle: Device.handle, at: Device.party,
            now: .init(seconds: 5))
    }

    // MARK: Chromium's

    @Test(arguments: PasskeyVector.all)
    func chromiumsCeremoniesHold(vector: PasskeyVector) throws {
        let party = RelyingParty(id: "localhost", origins: [vector.origin])
        let registration = Passkey.Registration(
            clientData: try bytes(vector.clientData), attestation: try bytes(vector.attestation))
        var passkey = try Passkey(
            registration, challenge: [UInt8](repeating: 7, count: 32), userHandle: [1, 2, 3, 4, 5, 6, 7, 8], at: party,
            now: .init(seconds: 0))
        #expect(passkey.id == (try bytes(vector.id)))
        #expect(passkey.algorithm.rawValue == vector.algorithm)
        let before = passkey.counter
        let assertion = Passkey.Assertion(
            credentialID: try bytes(vector.id), clientData: try bytes(vector.assertedClientData),
            authenticatorData: try bytes(vector.authenticatorData), signature: try bytes(vector.signature),
            userHandle: [1, 2, 3, 4, 5, 6, 7, 8])
        try passkey.verify(assertion, challenge: [UInt8](repeating: 9, count: 32), at: party)
        #expect(passkey.counter > before)
        #expect(throws: AuthenticationError.counterWentBack, "the same once more") {
            try passkey.verify(assertion, challenge: [UInt8](repeating: 9, count: 32), at: party)
        }
    }

    @Test func attestationByCertificateIsNotTaken() throws {
        let vector = PasskeyVector.certified
        let registration = Passkey.Registration(
            clientData: try bytes(vector.clientData), attestation: try bytes(vector.attestation))
        #expect(throws: AuthenticationError.unsupportedAttestation) {
            try Passkey(
                registration, challenge: [UInt8](repeating: 7, count: 32), userHandle: [1],
                at: RelyingParty(id: "localhost", origins: [vector.origin]), now: .init(seconds: 0))
        }
    }

    // MARK: One point at a time

    @Test(arguments: [
        ("webauthn.get", "https://gate.example", "", AuthenticationError.wrongCeremony),
        ("payment.create", "https://gate.example", "", .wrongCeremony),
        ("webauthn.create", "https://gate.example.", "", .wrongOrigin),
        ("webauthn.create", "https://gate.example:8443", "", .wrongOrigin),
        ("webauthn.create", "http://gate.example", "", .wrongOrigin),
        ("webauthn.create", "https://evil.example", "", .wrongOrigin),
        ("webauthn.create", "https://gate.example", #","crossOrigin":true"#, .wrongOrigin),
        ("webauthn.create", "https://gate.example", #","crossOrigin":"false""#, .wrongOrigin),
        ("webauthn.create", "https://gate.example", #","topOrigin":"https://a.example""#, .wrongOrigin),
        (
            "webauthn.create", "https://gate.example", #","origin":"https://evil.example""#,
            .malformed(field: "clientDataJSON")
        ),
    ])
    func clientDataIsChecked(type: String, origin: String, more: String, fault: AuthenticationError) throws {
        let data = Device.clientData(type, origin: origin, more: more)
        let registration = try Device().registration(clientData: data)
        #expect(throws: fault) { try register(registration) }
    }

    /// Browsers add members to see whether anybody minds (WebAuthn level 2 section 5.8.1.2).
    @Test func membersThatAreNotKnownAreIgnored() throws {
        let data = Device.clientData(
            "webauthn.create", more: #","crossOrigin":false,"other_keys_can_be_added_here":"x""#)
        let registration = try Device().registration(clientData: data)
        #expect(try register(registration).id == Device.id)
    }

    @Test func anotherChallengeIsRefused() throws {
        let other = [UInt8](repeating: 8, count: 32)
        let registration = try Device().registration(clientData: Device.clientData("webauthn.create", challenge: other))
        #expect(throws: AuthenticationError.wrongChallenge) { try register(registration) }
    }

    @Test(arguments: [
        (0x44 as UInt8, AuthenticationError.userNotPresent), (0x41, .userNotVerified),
        (0x05, .malformed(field: "authenticatorData")), (0x55, .malformed(field: "authenticatorData")),
        (0xC5, .malformed(field: "authenticatorData")),
    ])
    func flagsAreChecked(flags: UInt8, fault: AuthenticationError) throws {
        let registration = try Device().registration(flags: flags)
        #expect(throws: fault) { try register(registration) }
    }

    @Test func withoutAKeyThereIsNoPasskey() throws {
        let object = Device.object("none", .map([]), Device.data(flags: 0x05))
        #expect(throws: AuthenticationError.malformed(field: "attestedCredentialData")) {
            try register(.init(clientData: Device.clientData("webauthn.create"), attestation: object))
        }
    }

    @Test func anotherPartysPasskeyIsRefused() throws {
        let registration = try Device().registration(party: "evil.example")
        #expect(throws: AuthenticationError.wrongRelyingParty) { try register(registration) }
    }

    @Test func extensionsAreAMapAndTheEnd() throws {
        let device = try Device()
        let map = CBOR.map([("credProtect", .unsigned(2))]).encoded()
        #expect(try register(device.registration(flags: 0xC5, tail: map)).id == Device.id)
        for (flags, tail) in [(0xC5, map + [0]), (0xC5, [0x01]), (0x45, map), (0xC5, [])] as [(UInt8, [UInt8])] {
            let registration = try device.registration(flags: flags, tail: tail)
            #expect(throws: AuthenticationError.malformed(field: "authenticatorData")) { try register(registration) }
        }
    }

    @Test func backupFlagsAreKept() throws {
        let device = try Device()
        let plain = try register(device.registration())
        #expect(!plain.canBeBackedUp && !plain.isBackedUp)
        let synchronised = try register(device.registration(flags: 0x5D))
        #expect(synchronised.canBeBackedUp && synchronised.isBackedUp)
    }

    // MARK: Self attestation

    @Test(arguments: [SignatureAlgorithm.es256, .edDSA])
    func selfAttestationProvesTheKey(algorithm: SignatureAlgorithm) throws {
        let device = try Device(algorithm)
        let client = Device.clientData("webauthn.create")
        let data = Device.data(flags: 0x45, attested: try device.attested())
        let signature = try device.signer.sign(data + SHA256.digest(client).bytes, algorithm, form: .der)
        func packed(_ statement: [(String, CBOR)], _ data: [UInt8]) -> Passkey.Registration {
            .init(clientData: client, attestation: Device.object("packed", .map(statement), data))
        }
        let own = CBOR.integer(algorithm.coseIdentifier)
        #expect(try register(packed([("alg", own), ("sig", .bytes(signature))], data)).algorithm == algorithm)
        var changed = data
        changed[36] ^= 1
        #expect(throws: AuthenticationError.badSignature) {
            try register(packed([("alg", own), ("sig", .bytes(signature))], changed))
        }
        for wrong in [
            [("alg", CBOR.integer(-257)), ("sig", .bytes(signature))], [("sig", .bytes(signature))],
            [("alg", own), ("sig", .bytes(signature)), ("x5c", .array([]))],
        ] {
            #expect(throws: AuthenticationError.unsupportedAttestation) { try register(packed(wrong, data)) }
        }
    }

    @Test(arguments: ["none", "fido-u2f", "tpm", "apple", ""])
    func otherAttestationsAreRefused(format: String) throws {
        let data = Device.data(flags: 0x45, attested: try Device().attested())
        let object = Device.object(format, .map([("sig", .bytes([1]))]), data)
        #expect(throws: AuthenticationError.unsupportedAttestation) {
            try register(.init(clientData: Device.clientData("webauthn.create"), attestation: object))
        }
    }

    @Test func anAlgorithmThatWasNotOfferedIsRefused() throws {
        let party = RelyingParty(id: "gate.example", origins: ["https://gate.example"], algorithms: [.es256])
        let registration = try Device(.edDSA).registration()
        #expect(throws: AuthenticationError.unsupportedKey) {
            try Passkey(
                registration, challenge: Device.challenge, userHandle: Device.handle, at: party, now: .init(seconds: 0))
        }
    }
}
