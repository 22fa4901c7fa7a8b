internal import Bytes
internal import Crypto
internal import Vocabulary

@testable internal import Authentication
@testable internal import JOSE

/// Tokens, key sets, what providers and browsers send: nothing that was not signed is believed, and what is read has
/// one meaning.
struct JWTTarget: FuzzTarget {
    static let name = "jwt"

    func run(_ input: [UInt8]) throws {
        guard let kind = input.first else { return }
        let rest = Array(input.dropFirst())
        switch kind % 6 {
        case 0: try token(rest)
        case 1: try made(rest)
        case 2: try keySet(rest)
        case 3: try form(rest)
        case 4: try metadata(rest)
        default: try claims(rest)
        }
    }

    private static let algorithms: [SignatureAlgorithm] = SignatureAlgorithm.allCases
    private static let seed = SecretBytes([UInt8](repeating: 1, count: 32))

    private static func signer() throws -> Ed25519.PrivateKey { try Ed25519.PrivateKey(seed: seed) }

    private static func keys() throws -> JSONWebKeySet {
        JSONWebKeySet([JSONWebKey(try VerificationKey(ed25519: signer().publicKey), id: "k")])
    }

    /// The fuzzer has no key: whatever it writes, nothing is believed.
    private func token(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        guard let token = try? SignedToken(text) else { return }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        try promise(parts.count == 3, "a token that has not three parts")
        let believed = try? token.verify(with: JWTTarget.keys(), accepting: JWTTarget.algorithms, types: [token.type])
        try promise(believed == nil, "a token was believed without a key")
    }

    /// Header and claims of the fuzzer's, signed with the key: believed only under the algorithm and the key's id.
    private func made(_ input: [UInt8]) throws {
        let halves = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return }
        let signed = Base64.encodeURL(Array(halves[0])) + "." + Base64.encodeURL(Array(halves[1]))
        let text = try signed + "." + Base64.encodeURL(JWTTarget.signer().sign(Array(signed.utf8)))
        guard let token = try? SignedToken(text) else { return }
        guard (try? token.verify(with: JWTTarget.keys(), accepting: [.edDSA], types: [token.type])) != nil else {
            return
        }
        try promise(token.keyID == nil || token.keyID == "k", "a key of another id")
        let header = String(decoding: halves[0], as: UTF8.self)
        try promise(header.contains("EdDSA") || header.contains("\\u"), "an algorithm that the header did not name")
        let other = try? token.verify(with: JWTTarget.keys(), accepting: [.es256, .rs256], types: [token.type])
        try promise(other == nil, "an algorithm that was not accepted")
        let changed = String(text.dropLast()) + (text.hasSuffix("A") ? "B" : "A")
        let forged = try? SignedToken(changed).verify(with: JWTTarget.keys(), accepting: [.edDSA], types: [token.type])
        try promise(forged == nil, "a changed signature holds")
    }

    private func keySet(_ input: [UInt8]) throws {
        guard let set = try? JSONWebKeySet(input) else { return }
        try promise(set.keys.count <= JSONWebKeySet.maximumKeys, "too many keys")
        for key in set.keys {
            let again = try? VerificationKey(subjectPublicKeyInfo: key.key.subjectPublicKeyInfo)
            try promise(again?.kind == key.key.kind, "a key is not what its encoding says")
            if case .rsa(let bits) = key.key.kind {
                try promise(VerificationKey.rsaBits.contains(bits), "an RSA key of another size")
            }
            for algorithm in JWTTarget.algorithms {
                guard let found = set.select(id: key.id, algorithm) else { continue }
                try promise(found.key.suits(algorithm), "a key for another algorithm")
                try promise(key.id == nil || found.id == key.id, "a key of another id")
            }
        }
    }

    /// What is written is read again as it was; what is read goes through writing unchanged.
    private func form(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        let written = FormFields.encode([("state", text), ("code", "x")])
        if written.utf8.count <= FormFields.maximumLength {
            try promise(try FormFields(written).value("state") == text, "a value changed in a form")
        }
        if let fields = try? FormFields(text), let state = try? fields.value("state") {
            let again = try FormFields(FormFields.encode([("state", state)]))
            try promise(try again.value("state") == state, "a value changed when it was written again")
        }
        if let endpoint = Endpoint(text) {
            try promise(!endpoint.host.isEmpty && endpoint.port > 0, "an endpoint without a place")
            try promise(endpoint.target.hasPrefix("/"), "a target that is no path")
            try promise(!endpoint.host.contains("@") && !endpoint.host.contains("/"), "a host with more in it")
        }
        if SignInAttempt.isOwnPath(text) {
            try promise(!text.hasPrefix("//") && !text.contains("\\") && !text.contains("\r"), "a path that leads away")
        }
    }

    private func metadata(_ input: [UInt8]) throws {
        let provider = IdentityProvider(issuer: "https://id.example", clientID: "c", redirectURI: "https://g.example/c")
        if let metadata = try? ProviderMetadata(input, of: provider) {
            for endpoint in [metadata.authorization, metadata.token, metadata.keys] {
                try promise(endpoint.host == "id.example" && !endpoint.isPlain, "an endpoint elsewhere")
            }
        }
        if let answer = try? TokenAnswer(status: 200, input) {
            try promise(input.count >= answer.idToken.utf8.count, "a token from nowhere")
        }
    }

    private func claims(_ input: [UInt8]) throws {
        guard let claims = try? Claims(input, algorithm: .edDSA) else { return }
        if let seconds = try? claims.seconds("exp") { try promise((0...253_402_300_799).contains(seconds), "no time") }
        if let audiences = try? claims.texts("aud") { try promise(audiences.count <= 256, "too many audiences") }
        _ = try? claims.text("iss")
    }
}
