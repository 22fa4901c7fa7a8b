// Proves that an assertion counts for one challenge, one party and one person, and that a privileged act's signature
// is over its content.
import Bytes
import Crypto
import JOSETestKit
import Testing

@testable import Authentication

struct PasskeyAssertionTests {
    private typealias Device = TestAuthenticator

    private func verify(_ assertion: Passkey.Assertion, _ passkey: inout Passkey) throws {
        try passkey.verify(assertion, challenge: Device.challenge, at: Device.party)
    }

    @Test(arguments: [SignatureAlgorithm.es256, .edDSA])
    func itsOwnAnswerHolds(algorithm: SignatureAlgorithm) throws {
        let device = try Device(algorithm)
        var passkey = try device.passkey()
        try verify(device.assertion(), &passkey)
        try verify(device.assertion(handle: nil), &passkey)
    }

    @Test func everythingElseIsRefused() throws {
        let device = try Device()
        var passkey = try device.passkey()
        let wrong: [(Passkey.Assertion, AuthenticationError)] = [
            (try device.assertion(id: [1]), .unknownCredential),
            (try device.assertion(handle: [1]), .wrongUser),
            (try device.assertion(clientData: Device.clientData("webauthn.create")), .wrongCeremony),
            (
                try device.assertion(clientData: Device.clientData("webauthn.get", challenge: [1])),
                .wrongChallenge
            ),
            (
                try device.assertion(clientData: Device.clientData("webauthn.get", origin: "https://evil.example")),
                .wrongOrigin
            ),
            (try device.assertion(party: "evil.example"), .wrongRelyingParty),
            (try device.assertion(flags: 0x04), .userNotPresent), (try device.assertion(flags: 0x01), .userNotVerified),
            (try device.assertion(flags: 0x0D), .backupStateChanged),
            (try Device(seed: 2).assertion(), .badSignature),
        ]
        for (assertion, fault) in wrong { #expect(throws: fault) { try verify(assertion, &passkey) } }
        var long = try device.assertion()
        long.signature += [UInt8](repeating: 0, count: 512)
        #expect(throws: AuthenticationError.badSignature) { try verify(long, &passkey) }
    }

    @Test func everyByteIsSigned() throws {
        let device = try Device()
        var passkey = try device.passkey()
        let honest = try device.assertion()
        for index in honest.authenticatorData.indices {
            var changed = honest
            changed.authenticatorData[index] ^= 2
            #expect(throws: AuthenticationError.self) { try verify(changed, &passkey) }
        }
        for index in honest.signature.indices {
            var changed = honest
            changed.signature[index] ^= 1
            #expect(throws: AuthenticationError.badSignature) { try verify(changed, &passkey) }
        }
    }

    /// Counter known, counter shown, whether it is taken (WebAuthn level 2 section 7.2, step 21).
    @Test(arguments: [(0, 0, true), (0, 1, true), (1, 1, false), (1, 0, false), (5, 4, false), (5, 6, true)])
    func counters(known: UInt32, shown: UInt32, isTaken: Bool) throws {
        let device = try Device()
        var passkey = try device.passkey(counter: known)
        let assertion = try device.assertion(counter: shown)
        if isTaken {
            try verify(assertion, &passkey)
            #expect(passkey.counter == shown)
        } else {
            #expect(throws: AuthenticationError.counterWentBack) { try verify(assertion, &passkey) }
            #expect(passkey.counter == known)
        }
    }

    // MARK: Acts

    @Test func aSignatureOverOneActIsNoneOverAnother() throws {
        let device = try Device()
        var passkey = try device.passkey()
        let nonce = SHA256.digest([1])
        let reopen = PasskeyChallenge.Subject.act(digest: SHA256.digest(Array("reopen cut 1".utf8)))
        let other = PasskeyChallenge.Subject.act(digest: SHA256.digest(Array("reopen cut 2".utf8)))
        let given = PasskeyChallenge.bytes(reopen, nonce: nonce)
        let assertion = try device.assertion(clientData: Device.clientData("webauthn.get", challenge: given))
        for subject in [other, .signIn, .registration] {
            #expect(throws: AuthenticationError.wrongChallenge) {
                try passkey.verify(
                    assertion, challenge: PasskeyChallenge.bytes(subject, nonce: nonce), at: Device.party)
            }
        }
        #expect(throws: AuthenticationError.wrongChallenge, "another nonce") {
            try passkey.verify(
                assertion, challenge: PasskeyChallenge.bytes(reopen, nonce: SHA256.digest([2])), at: Device.party)
        }
        try passkey.verify(assertion, challenge: given, at: Device.party)
    }

    /// A sign-in is no consent to the act whose digest is zeros.
    @Test func challengesOfAllKindsDiffer() {
        let nonce = SHA256.digest([1])
        let all: [PasskeyChallenge.Subject] = [.registration, .signIn, .act(digest: .zero), .act(digest: nonce)]
        #expect(Set(all.map { PasskeyChallenge.bytes($0, nonce: nonce) }).count == all.count)
    }
}
