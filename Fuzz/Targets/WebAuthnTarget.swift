internal import Bytes
internal import Crypto
internal import Vocabulary

@testable internal import Authentication

/// What browsers and authenticators send: nothing is verified without the key, and a key has one spelling.
struct WebAuthnTarget: FuzzTarget {
    static let name = "webauthn"

    private static let party = RelyingParty(id: "localhost", origins: ["http://localhost:40377"])

    func run(_ input: [UInt8]) throws {
        guard let kind = input.first else { return }
        let rest = Array(input.dropFirst())
        switch kind % 4 {
        case 0: try key(rest)
        case 1: try data(rest)
        case 2: try registration(rest)
        default: try assertion(rest)
        }
    }

    private func key(_ input: [UInt8]) throws {
        guard let key = try? COSEKey(input) else { return }
        try promise(key.length <= input.count && key.length > 0, "a key longer than its bytes")
        try promise(key.key.suits(key.algorithm), "a key of another kind than its algorithm")
        for count in 0..<key.length {
            try promise((try? COSEKey(Array(input[..<count]))) == nil, "a key that was cut short is read")
        }
        try promise(try COSEKey(Array(input[..<key.length]) + [0]).length == key.length, "a key reads what follows it")
    }

    private func data(_ input: [UInt8]) throws {
        guard let data = try? AuthenticatorData(input) else { return }
        try promise(data.relyingPartyHash.bytes == Array(input[..<32]), "another party")
        try promise((data.attested == nil) == (input[32] & 0x40 == 0), "a key that the flags do not name")
        try promise(data.canBeBackedUp || !data.isBackedUp, "backed up and cannot be")
        try promise((try? AuthenticatorData(input + [0])) == nil, "bytes that follow are passed over")
    }

    /// The challenge of the kept inputs, which Chromium made.
    private func registration(_ input: [UInt8]) throws {
        guard input.count > 2 else { return }
        let length = Int(input[0]) << 8 | Int(input[1])
        let body = input[2...]
        let registration = Passkey.Registration(
            clientData: Array(body.prefix(length)), attestation: Array(body.dropFirst(length)))
        let challenge = [UInt8](repeating: 7, count: 32)
        guard
            let passkey = try? Passkey(
                registration, challenge: challenge, userHandle: [1], at: WebAuthnTarget.party, now: .init(seconds: 0))
        else { return }
        try promise((1...AuthenticatorData.maximumIDLength).contains(passkey.id.count), "an id without bounds")
        try promise(WebAuthnTarget.party.algorithms.contains(passkey.algorithm), "an algorithm that was not offered")
        let other = try? Passkey(
            registration, challenge: [UInt8](repeating: 8, count: 32), userHandle: [1], at: WebAuthnTarget.party,
            now: .init(seconds: 0))
        try promise(other == nil, "a registration for another challenge")
    }

    /// The fuzzer has no key: no assertion of its own holds.
    private func assertion(_ input: [UInt8]) throws {
        guard input.count > 3 else { return }
        let (first, second) = (Int(input[0]) << 8 | Int(input[1]), Int(input[2]))
        let body = input[3...]
        let assertion = Passkey.Assertion(
            credentialID: [1], clientData: Array(body.prefix(first)),
            authenticatorData: Array(body.dropFirst(first).prefix(second)),
            signature: Array(body.dropFirst(first + second)), userHandle: nil)
        let key = try Ed25519.PrivateKey(seed: SecretBytes([UInt8](repeating: 1, count: 32)))
        var passkey = Passkey(
            id: [1], userHandle: [1], key: try VerificationKey(ed25519: key.publicKey), algorithm: .edDSA, model: [],
            counter: 0, canBeBackedUp: false, isBackedUp: false, created: .init(seconds: 0))
        let challenge = [UInt8](repeating: 9, count: 32)
        let holds = (try? passkey.verify(assertion, challenge: challenge, at: WebAuthnTarget.party)) != nil
        try promise(!holds, "an assertion holds without the key")
        try promise(passkey.counter == 0, "a counter moved without a signature")
    }
}
