import Bytes
import CBOR
import Crypto
import JOSETestKit
import Vocabulary

@testable import Authentication

/// An authenticator and the browser before it, each part of which can be made to lie.
struct TestAuthenticator: ~Copyable {
    let signer: TestSigner
    let algorithm: SignatureAlgorithm

    static let party = RelyingParty(id: "gate.example", origins: ["https://gate.example"])
    static let challenge = [UInt8](repeating: 7, count: 32)
    static let handle: [UInt8] = [1, 2, 3, 4]
    static let id: [UInt8] = [9, 8, 7]

    init(_ algorithm: SignatureAlgorithm = .es256, seed: UInt8 = 1) throws {
        signer = try TestSigner(seed: seed)
        self.algorithm = algorithm
    }

    static func clientData(
        _ type: String, challenge: [UInt8] = challenge, origin: String = "https://gate.example", more: String = ""
    ) -> [UInt8] {
        Array(#"{"type":"\#(type)","challenge":"\#(Base64.encodeURL(challenge))","origin":"\#(origin)"\#(more)}"#.utf8)
    }

    /// The COSE key, whose bytes a test may change.
    func coseKey() throws -> [UInt8] {
        let spki = try signer.verificationKey(algorithm).subjectPublicKeyInfo
        if algorithm == .edDSA { return [0xA4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32] + spki.suffix(32) }
        let point = spki.suffix(64)
        return [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32] + point.prefix(32) + [0x22, 0x58, 32] + point.suffix(32)
    }

    static func data(
        flags: UInt8, counter: UInt32 = 0, party: String = "gate.example", attested: [UInt8] = []
    ) -> [UInt8] {
        var bytes = SHA256.digest(Array(party.utf8)).bytes + [flags]
        bytes.append(bigEndian: counter)
        return bytes + attested
    }

    func attested(key: [UInt8]? = nil) throws -> [UInt8] {
        try [UInt8](repeating: 0, count: 16) + [0, UInt8(TestAuthenticator.id.count)] + TestAuthenticator.id
            + (key ?? coseKey())
    }

    static func object(_ format: String, _ statement: CBOR, _ data: [UInt8]) -> [UInt8] {
        CBOR.map([("fmt", .text(format)), ("attStmt", statement), ("authData", .bytes(data))]).encoded()
    }

    func registration(
        clientData: [UInt8] = clientData("webauthn.create"), flags: UInt8 = 0x45, counter: UInt32 = 0,
        party: String = "gate.example", key: [UInt8]? = nil, tail: [UInt8] = []
    ) throws -> Passkey.Registration {
        let data = TestAuthenticator.data(
            flags: flags, counter: counter, party: party, attested: try attested(key: key) + tail)
        return .init(clientData: clientData, attestation: TestAuthenticator.object("none", .map([]), data))
    }

    func passkey(counter: UInt32 = 0) throws -> Passkey {
        try Passkey(
            registration(counter: counter), challenge: TestAuthenticator.challenge,
            userHandle: TestAuthenticator.handle, at: TestAuthenticator.party, now: .init(seconds: 0))
    }

    func assertion(
        id: [UInt8] = id, clientData: [UInt8] = clientData("webauthn.get"), flags: UInt8 = 0x05, counter: UInt32 = 0,
        party: String = "gate.example", handle: [UInt8]? = handle
    ) throws -> Passkey.Assertion {
        let data = TestAuthenticator.data(flags: flags, counter: counter, party: party)
        let signature = try signer.sign(data + SHA256.digest(clientData).bytes, algorithm, form: .der)
        return .init(
            credentialID: id, clientData: clientData, authenticatorData: data, signature: signature,
            userHandle: handle)
    }
}
