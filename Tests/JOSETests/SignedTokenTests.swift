// Proves that published tokens verify, and that no header can choose its own key, algorithm or meaning.
import Bytes
import Crypto
import JOSETestKit
import Testing

@testable import JOSE

struct SignedTokenTests {
    private func set(_ keys: String...) throws -> JSONWebKeySet {
        try JSONWebKeySet(Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
    }

    private func verify(
        _ token: String, _ keys: JSONWebKeySet, _ accepted: [SignatureAlgorithm], types: [String?] = [nil, "jwt"]
    ) throws -> Claims {
        try SignedToken(token).verify(with: keys, accepting: accepted, types: types)
    }

    // MARK: Published vectors

    @Test(arguments: [
        (Vectors.rs256, Vectors.rsaKey, SignatureAlgorithm.rs256), (Vectors.es256, Vectors.p256Key, .es256),
        (Vectors.ps256, Vectors.ps256Key, .ps256),
    ])
    func publishedTokensVerify(token: String, key: String, algorithm: SignatureAlgorithm) throws {
        let claims = try verify(token, set(key), [algorithm])
        #expect(try claims.text("iss") == "joe")
        #expect(claims.algorithm == algorithm)
    }

    /// The signature of RFC 8037 holds: what is refused is the payload behind it.
    @Test func publishedEdDSA() throws {
        let keys = try set(Vectors.ed25519Key)
        let token = Vectors.edDSAInput + "." + Vectors.edDSASignature
        #expect(throws: JOSEError.notAnObject(part: .payload)) { try verify(token, keys, [.edDSA]) }
        let other = Vectors.edDSAInput + "." + Vectors.edDSASignature.replacing("hgyY", with: "hgyZ")
        #expect(throws: JOSEError.badSignature) { try verify(other, keys, [.edDSA]) }
    }

    /// RFC 7515 A.4 is sound; nobody accepts it.
    @Test func es512IsNotAccepted() throws {
        #expect(throws: JOSEError.algorithmNotAccepted(accepted: SignatureAlgorithm.allCases)) {
            try verify(Vectors.es512, set(Vectors.p256Key), SignatureAlgorithm.allCases)
        }
        #expect(try set(Vectors.p521Key).keys.isEmpty)
    }

    @Test func aShortSaltIsNotPS256() throws {
        let parts = Vectors.ps256.split(separator: ".")
        let token = "\(parts[0]).\(parts[1]).\(Vectors.shortSaltSignature)"
        #expect(throws: JOSEError.badSignature) { try verify(token, set(Vectors.ps256Key), [.ps256]) }
    }

    // MARK: Attacks (RFC 8725 section 2)

    @Test(arguments: ["none", "None", "nOnE", "", "HS256", "hs256", "RS256", "ES512", "es256"])
    func theHeaderDoesNotChooseTheAlgorithm(name: String) throws {
        let signer = try TestSigner()
        let header = #"{"alg":"\#(name)","kid":"k1"}"#
        let token = try signer.token(#"{"iss":"a"}"#, .edDSA, header: header)
        let keys = try signer.keys(.edDSA)
        #expect(throws: JOSEError.algorithmNotAccepted(accepted: [.edDSA, .es256])) {
            try verify(token, keys, [.edDSA, .es256])
        }
        let unsigned = token.prefix { $0 != "." } + "." + token.split(separator: ".")[1] + "."
        #expect(throws: JOSEError.algorithmNotAccepted(accepted: [.edDSA])) {
            try verify(String(unsigned), keys, [.edDSA])
        }
    }

    /// HMAC with the public key as its secret, in each spelling that a library might have handed out.
    @Test func hs256WithThePublicKey() throws {
        let keys = try set(Vectors.rsaKey)
        let input = Base64.encodeURL(Array(#"{"alg":"HS256"}"#.utf8)) + "." + Vectors.payload
        let spki = keys.keys[0].key.subjectPublicKeyInfo
        let pem = "-----BEGIN PUBLIC KEY-----\n\(Base64.encode(spki))\n-----END PUBLIC KEY-----\n"
        for secret in [spki, Array(pem.utf8), Array(Vectors.rsaKey.utf8)] {
            let code = HMAC.code(key: SecretBytes(secret), Array(input.utf8))
            #expect(throws: JOSEError.algorithmNotAccepted(accepted: [.rs256, .ps256])) {
                try verify(input + "." + Base64.encodeURL(code.bytes), keys, [.rs256, .ps256])
            }
        }
    }

    @Test(arguments: ["jwk", "jku", "x5u", "x5c"])
    func keysInTheHeaderAreRefused(member: String) throws {
        let header = #"{"alg":"EdDSA","kid":"k1","\#(member)":{}}"#
        let token = try TestSigner().token("{}", header: header)
        do {
            _ = try SignedToken(token)
            Issue.record("taken")
        } catch {
            #expect(error.description.contains(member))
        }
    }

    @Test(arguments: [
        (#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#, JOSEError.unknownExtension(member: "crit")),
        (#"{"alg":"EdDSA","crit":[]}"#, .unknownExtension(member: "crit")),
        (#"{"alg":"EdDSA","b64":false}"#, .unknownExtension(member: "b64")),
        (#"{"alg":"EdDSA","zip":"DEF"}"#, .unknownExtension(member: "zip")),
        (#"{"alg":"EdDSA","alg":"none"}"#, .notAnObject(part: .header)),
        (#"{"alg":"EdDSA","\u0061lg":"none"}"#, .notAnObject(part: .header)),
        (#"{"kid":"k1"}"#, .badMember(name: "alg")), (#"{"alg":["EdDSA"]}"#, .badMember(name: "alg")),
        (#"{"alg":"EdDSA","kid":1}"#, .badMember(name: "kid")), (#"{"alg":"EdDSA","kid":""}"#, .badMember(name: "kid")),
        (#"{"alg":"EdDSA","typ":1}"#, .badMember(name: "typ")), ("[]", .notAnObject(part: .header)),
        (#"{"alg":"EdDSA"} x"#, .notAnObject(part: .header)),
        (#"{"alg":"EdDSA","a":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}"#, .notAnObject(part: .header)),
    ])
    func headersAreStrict(header: String, fault: JOSEError) throws {
        let token = try TestSigner().token("{}", header: header)
        #expect(throws: fault) { try SignedToken(token) }
    }

    /// What is not understood and is no key stands in tokens of honest issuers (RFC 7515 section 4).
    @Test func otherMembersAreIgnored() throws {
        let signer = try TestSigner()
        let token = try signer.token(
            #"{"sub":"a"}"#, header: #"{"typ":"JWT","alg":"EdDSA","x5t":"abc","kid":"k1","nonce":"n"}"#)
        #expect(try verify(token, signer.keys(.edDSA), [.edDSA]).text("sub") == "a")
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b", "e30.e30", "e30.e30.AA.AA", "e30=.e30.AA", "e30.e30.A", " e30.e30.AA",
        "e30.e30.AA ",
        "e30.e30.A+", "e31.e30.AA",
    ])
    func shapesAreStrict(token: String) {
        #expect(throws: JOSEError.self) { try SignedToken(token) }
    }

    @Test func lengthAtItsLimit() throws {
        let signer = try TestSigner()
        let short = try signer.token(#"{"a":""}"#).utf8.count
        // Three bytes of payload are four of the token.
        let room = (SignedToken.maximumLength - short) / 4 * 3
        let longest = try signer.token(#"{"a":"\#(String(repeating: "x", count: room))"}"#)
        #expect(longest.utf8.count <= SignedToken.maximumLength)
        _ = try verify(longest, signer.keys(.edDSA), [.edDSA])
        let beyond = try signer.token(#"{"a":"\#(String(repeating: "x", count: room + 4))"}"#)
        #expect(throws: JOSEError.tooLong(maximum: SignedToken.maximumLength)) { try SignedToken(beyond) }
    }

    /// Every byte of a token counts.
    @Test(arguments: [SignatureAlgorithm.edDSA, .es256])
    func aChangedByteIsFound(algorithm: SignatureAlgorithm) throws {
        let signer = try TestSigner()
        let keys = try signer.keys(algorithm)
        let token = Array(try signer.token(#"{"sub":"alice"}"#, algorithm).utf8)
        for index in token.indices {
            var changed = token
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            #expect(throws: JOSEError.self, "byte \(index)") { try verify(text, keys, [algorithm]) }
        }
    }

    // MARK: Keys and types

    @Test func anotherIssuersKeyDoesNotOpen() throws {
        let honest = try TestSigner(seed: 1)
        let other = try TestSigner(seed: 2)
        let token = try other.token("{}")
        let keys = try honest.keys(.edDSA)
        #expect(throws: JOSEError.badSignature) { try verify(token, keys, [.edDSA]) }
        let unknown = try honest.token("{}", header: #"{"alg":"EdDSA","kid":"k2"}"#)
        #expect(throws: JOSEError.noKey) { try verify(unknown, keys, [.edDSA]) }
    }

    @Test func aTokenOfAnotherTypeIsRefused() throws {
        let signer = try TestSigner()
        let keys = try signer.keys(.edDSA)
        let token = try signer.token("{}", header: #"{"alg":"EdDSA","kid":"k1","typ":"application/at+JWT"}"#)
        #expect(throws: JOSEError.otherType) { try verify(token, keys, [.edDSA]) }
        _ = try verify(token, keys, [.edDSA], types: ["at+jwt"])
    }
}
